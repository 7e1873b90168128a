// SPDX-License-Identifier: Apache-2.0
// counted FILE: how many ends of system calls perf counts over 10,000 of getppid. FILE has the number of the tracepoint.
#define _GNU_SOURCE
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static long long reading(int event)
{
	long long count = -1;

	return read(event, &count, sizeof(count)) == sizeof(count) ? count : -1;
}

int main(int argc, char **argv)
{
	struct perf_event_attr attributes;
	unsigned long long id;
	long long before;
	FILE *file = argc > 1 ? fopen(argv[1], "r") : NULL;
	int event;

	if (!file || fscanf(file, "%llu", &id) != 1)
		return 1;
	memset(&attributes, 0, sizeof(attributes));
	attributes.type = PERF_TYPE_TRACEPOINT;
	attributes.size = sizeof(attributes);
	attributes.config = id;
	event = syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0);
	if (event < 0)
		return 2;
	before = reading(event);
	for (int i = 0; i < 10000; i++)
		syscall(SYS_getppid);
	printf("%lld\n", reading(event) - before);
	return 0;
}
