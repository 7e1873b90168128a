// SPDX-License-Identifier: Apache-2.0
// Makes the system calls that a test lists on standard input, one a line, and prints the result of each: -errno or the
// value. A line is the number of the call (with `i` before it: a 32-bit one, through int 0x80) and its arguments:
//   n:NUMBER   s:HEX string   b:HEX bytes   o:SIZE zeroed bytes   v:HEX,HEX array of strings
//   q:WORD,WORD array of 64-bit words, each a number or @CALL.ARG, the address that an earlier call had
//   d:WORD,WORD the same of 32-bit words, where %CALL is the result of an earlier call
//   r:CALL result of an earlier call   p:CALL.ARG the same address   w:CALL.ARG.INDEX a 32-bit word of earlier bytes
// A close of descriptor 770001 comes before the calls and one of 770002 after them. A child that a call made exits
// with 7 at once and is waited for.
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define CALLS 256
#define ARGS 6

static struct {
	long result;
	uint64_t args[ARGS];
} done[CALLS];

static uint8_t *heap;

// Below 4 GiB, so that 32-bit calls can have it too.
static void *take(size_t size)
{
	void *at = heap;

	heap += (size + 15) & ~15ul;
	return at;
}

static void *bytes(const char *hex, size_t length, size_t spare)
{
	uint8_t *at = take(length / 2 + spare);

	for (size_t i = 0; i < length / 2; i++) {
		unsigned value;

		sscanf(hex + 2 * i, "%2x", &value);
		at[i] = value;
	}
	return at;
}

static uint64_t argument(char *token)
{
	char *value = token + 2;
	int call = 0, arg = 0, index = 0;

	switch (token[0]) {
	case 'n':
		return strtoull(value, NULL, 10);
	case 's':
		return (uint64_t)bytes(value, strlen(value), 1);
	case 'b':
		return (uint64_t)bytes(value, strlen(value), 0);
	case 'o':
		return (uint64_t)take(strtoul(value, NULL, 10));
	case 'v': {
		uint64_t *array = take(64 * sizeof(*array)), *next = array;

		for (char *part = value;; part++) {
			size_t length = strcspn(part, ",");

			*next++ = (uint64_t)bytes(part, length, 1);
			part += length;
			if (!*part)
				break;
		}
		return (uint64_t)array;
	}
	case 'q': {
		uint64_t *array = take(64 * sizeof(*array)), *next = array;

		for (char *save = NULL, *part = strtok_r(value, ",", &save); part; part = strtok_r(NULL, ",", &save)) {
			if (sscanf(part, "@%d.%d", &call, &arg) == 2)
				*next++ = done[call].args[arg];
			else
				*next++ = strtoull(part, NULL, 10);
		}
		return (uint64_t)array;
	}
	case 'd': {
		uint32_t *array = take(64 * sizeof(*array)), *next = array;

		for (char *save = NULL, *part = strtok_r(value, ",", &save); part; part = strtok_r(NULL, ",", &save)) {
			if (sscanf(part, "@%d.%d", &call, &arg) == 2)
				*next++ = done[call].args[arg];
			else if (sscanf(part, "%%%d", &call) == 1)
				*next++ = done[call].result;
			else
				*next++ = strtol(part, NULL, 10);
		}
		return (uint64_t)array;
	}
	case 'r':
		return done[atoi(value)].result;
	case 'p':
		sscanf(value, "%d.%d", &call, &arg);
		return done[call].args[arg];
	case 'w':
		sscanf(value, "%d.%d.%d", &call, &arg, &index);
		return (int64_t)((int32_t *)done[call].args[arg])[index];
	default:
		abort();
	}
}

static long call64(long number, const uint64_t *a)
{
#if defined(__x86_64__)
	long result;
	register uint64_t r10 asm("r10") = a[3], r8 asm("r8") = a[4], r9 asm("r9") = a[5];

	asm volatile("syscall"
		     : "=a"(result)
		     : "0"(number), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9)
		     : "rcx", "r11", "memory");
	return result;
#else
	register long x8 asm("x8") = number;
	register uint64_t x0 asm("x0") = a[0], x1 asm("x1") = a[1], x2 asm("x2") = a[2], x3 asm("x3") = a[3],
			  x4 asm("x4") = a[4], x5 asm("x5") = a[5];

	asm volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
	return x0;
#endif
}

static long call32(long number, const uint64_t *a)
{
#if defined(__x86_64__)
	int result;

	asm volatile("int $0x80"
		     : "=a"(result)
		     : "0"(number), "b"(a[0]), "c"(a[1]), "d"(a[2]), "S"(a[3]), "D"(a[4])
		     : "r8", "r9", "r10", "r11", "memory");
	return result;
#else
	return -38;
#endif
}

int main(void)
{
	static char input[4 << 20];
	char *line, *lines = NULL;
	size_t room = 64 << 20;
	uint64_t mark[ARGS] = { 770001 };
	pid_t self = getpid();
	int count = 0;
#ifdef SYS_vfork
	const long vfork_number = SYS_vfork;
#else
	const long vfork_number = -1;
#endif

#ifdef MAP_32BIT
	heap = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
#else
	heap = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
#endif
	// Reading and printing are system calls, too: neither between the marks.
	input[fread(input, 1, sizeof(input) - 1, stdin)] = 0;
	call64(SYS_close, mark);
	for (line = strtok_r(input, "\n", &lines); line && count < CALLS; line = strtok_r(NULL, "\n", &lines)) {
		char *save = NULL, *token = strtok_r(line, " \n", &save);
		int narrow = token[0] == 'i';
		long number = atol(token + narrow), result;
		uint64_t *args = done[count].args;

		for (int i = 0; i < ARGS && (token = strtok_r(NULL, " \n", &save)); i++)
			args[i] = argument(token);
		if (!narrow && number == vfork_number) {
			result = vfork();
			if (!result)
				_exit(7);
		} else {
			result = narrow ? call32(number, args) : call64(number, args);
		}
		if (result == 0 && getpid() != self)
			_exit(7);
		done[count++].result = result;
		if (result > 0)
			waitpid(result, NULL, __WALL);
	}
	mark[0] = 770002;
	call64(SYS_close, mark);
	for (int i = 0; i < count; i++)
		printf("%ld\n", done[i].result);
	return 0;
}
