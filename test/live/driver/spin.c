// SPDX-License-Identifier: Apache-2.0
// spin: three processes on one CPU that make system calls without end, one of them asleep now and then, so that they
// preempt each other. They end with the first one, which ends when it is ended.
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static void spin(int sleepy)
{
	struct timespec pause = { 0, 1000000 };

	for (;;) {
		for (int i = 0; i < 20; i++)
			syscall(SYS_getppid);
		if (sleepy)
			nanosleep(&pause, NULL);
	}
}

int main(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(0, &set);
	sched_setaffinity(0, sizeof(set), &set);
	for (int i = 0; i < 2; i++) {
		if (fork())
			continue;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (!i)
			setpriority(PRIO_PROCESS, 0, 19);
		spin(i);
	}
	spin(0);
}
