// SPDX-License-Identifier: Apache-2.0
// storm DIRECTORY COUNT: one thread on each of two CPUs opens COUNT files, in turn by the ways that the test knows. The
// mode of each call is its number modulo 4096.
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *directory;
static int count;
static char longest[4096];
static pthread_barrier_t start;

static void *opener(void *cpu)
{
	cpu_set_t set;
	int base = open(directory, O_DIRECTORY);

	CPU_ZERO(&set);
	CPU_SET((long)cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	pthread_barrier_wait(&start);
	for (int i = 0; i < count; i++) {
		const char *path = i % 16 == 15 ? longest : i % 3 == 0 ? "file" : i % 3 == 1 ? "link" : "\xff\xfeodd";

		close(syscall(SYS_openat, base, path, O_CREAT | O_RDONLY, i & 4095));
	}
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[2];
	size_t length;

	if (argc < 3)
		return 1;
	directory = argv[1];
	count = atoi(argv[2]);
	length = strlen(directory) + strlen("/file");
	memset(longest, '/', 4095 - length);
	snprintf(longest + 4095 - length, length + 1, "%s/file", directory);
	pthread_barrier_init(&start, NULL, 2);
	for (long i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, opener, (void *)i);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
