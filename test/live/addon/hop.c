// Threads that move to another CPU every few calls, for the test of order. Each closes descriptors that do not exist,
// numbered: FIRST, FIRST + 1, ... for thread 0, FIRST + COUNT ... for thread 1, and so on.
//   hop THREADS COUNT FIRST
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static int count, first, cpus;

static void *hop(void *number)
{
	int from = first + (int)(intptr_t)number * count;

	for (int i = 0; i < count; i++) {
		if (i % 4 == 0) {
			cpu_set_t set;

			CPU_ZERO(&set);
			CPU_SET((i / 4 + (int)(intptr_t)number) % cpus, &set);
			sched_setaffinity(0, sizeof(set), &set);
		}
		syscall(SYS_close, from + i);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[16];
	int n = argc == 4 ? atoi(argv[1]) : 0;

	if (n < 1 || n > 16)
		return 2;
	count = atoi(argv[2]);
	first = atoi(argv[3]);
	cpus = sysconf(_SC_NPROCESSORS_ONLN);
	for (int i = 0; i < n; i++)
		pthread_create(&threads[i], NULL, hop, (void *)(intptr_t)i);
	for (int i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	printf("done\n");
	return 0;
}
