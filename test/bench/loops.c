// SPDX-License-Identifier: Apache-2.0
// Loops of system calls for test/bench/cost.ts: loops NAME COUNT prints the nanoseconds of wall and of CPU time that one
// round took; loops empty NAME COUNT does so with a program that does nothing on the end of every system call of the
// host: what watching costs at least, whoever watches. For test/bench/flood.ts: loops paced RATE SECONDS opens and closes a file so many times a second (0: as
// often as it can) and prints how often it did.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

static double cpu(int who)
{
	struct rusage u;

	getrusage(who, &u);
	return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e9 + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1e3;
}

/* Attached for as long as this process lives. */
static int attach_empty_program(void)
{
	struct bpf_insn nothing[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr load = {
		.prog_type = BPF_PROG_TYPE_RAW_TRACEPOINT,
		.insns = (uintptr_t)nothing,
		.insn_cnt = sizeof(nothing) / sizeof(nothing[0]),
		.license = (uintptr_t)"GPL",
	};
	int program = syscall(SYS_bpf, BPF_PROG_LOAD, &load, sizeof(load));
	union bpf_attr open = { .raw_tracepoint = { .name = (uintptr_t)"sys_exit", .prog_fd = program } };

	return program < 0 ? program : syscall(SYS_bpf, BPF_RAW_TRACEPOINT_OPEN, &open, sizeof(open));
}

static int paced(long rate, long seconds)
{
	struct timespec due;
	double end = now(CLOCK_MONOTONIC) + seconds * 1e9;
	long done = 0, owed = 0;

	clock_gettime(CLOCK_MONOTONIC, &due);
	while (now(CLOCK_MONOTONIC) < end) {
		/* Of a rate that is no multiple of 1000, the rest goes to later milliseconds. */
		owed += rate ? rate : 1000 * 1000;
		for (; owed >= 1000; owed -= 1000, done++)
			close(open("/dev/null", O_RDONLY));
		if (!rate)
			continue;
		due.tv_nsec += 1000 * 1000;
		if (due.tv_nsec >= 1000 * 1000 * 1000) {
			due.tv_nsec -= 1000 * 1000 * 1000;
			due.tv_sec++;
		}
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
	}
	printf("%ld\n", done);
	return 0;
}

int main(int argc, char **argv)
{
	const char *loop;
	long count;
	char buffer[1];
	int zero;
	double wall, own;

	if (argc > 1 && !strcmp(argv[1], "empty")) {
		if (attach_empty_program() < 0) {
			perror("empty program");
			return 1;
		}
		argc--;
		argv++;
	}
	loop = argc > 2 ? argv[1] : "";
	count = argc > 2 ? atol(argv[2]) : 0;
	if (!strcmp(loop, "nothing"))
		return 0;
	if (!strcmp(loop, "paced"))
		return argc > 3 ? paced(count, atol(argv[3])) : 2;
	zero = open("/dev/zero", O_RDONLY);
	wall = now(CLOCK_MONOTONIC);
	own = cpu(RUSAGE_SELF) + cpu(RUSAGE_CHILDREN);
	for (long i = 0; i < count; i++) {
		if (!strcmp(loop, "getppid")) {
			syscall(SYS_getppid);
		} else if (!strcmp(loop, "read")) {
			if (read(zero, buffer, 1) != 1)
				return 1;
		} else if (!strcmp(loop, "open")) {
			close(open("/dev/null", O_RDONLY));
		} else if (!strcmp(loop, "exec")) {
			pid_t child = vfork();

			if (!child) {
				execl("/proc/self/exe", "loops", "nothing", "0", NULL);
				_exit(127);
			}
			waitpid(child, NULL, 0);
		} else {
			return 2;
		}
	}
	own = cpu(RUSAGE_SELF) + cpu(RUSAGE_CHILDREN) - own;
	printf("%.1f %.1f\n", (now(CLOCK_MONOTONIC) - wall) / count, own / count);
	return 0;
}
