// SPDX-License-Identifier: Apache-2.0
// race CALL ROUNDS: makes one call ROUNDS times in the current directory, while a second thread writes now one and now the
// other of two names over its argument. Prints what the calls really reached, one line a round: `a` or `b`, which the
// program knows of the inode, or of the end of the connection that was accepted; `-`: of neither.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

// Both names have eight bytes, and are written as one.
static _Alignas(8) char name[16] = "file-a";
static struct sockaddr_in address;
static struct sockaddr_un local;
static const char names[2][8] = { "file-a", "file-b" };
static in_port_t ports[2];
static const char *call;
static atomic_int over;
static atomic_uint flips;

static void *flip(void *unused)
{
	for (unsigned i = 0; !over; i++) {
		*(volatile uint64_t *)name = *(const uint64_t *)names[i & 1];
		*(volatile in_port_t *)&address.sin_port = ports[i & 1];
		*(volatile char *)&local.sun_path[5] = names[i & 1][5];
		flips++;
		// Each name stays for a while that is shorter than a call, and never the same.
		for (volatile unsigned wait = i * 7 % 61; wait; wait--)
			;
	}
	return unused;
}

static char which(int fd)
{
	static ino_t inodes[2];
	struct stat found;

	for (int i = 0; i < 2; i++)
		if (!inodes[i] && !stat(names[i], &found))
			inodes[i] = found.st_ino;
	if (fd < 0 || fstat(fd, &found))
		return '-';
	return found.st_ino == inodes[0] ? 'a' : found.st_ino == inodes[1] ? 'b' : '-';
}

static int listening[2];

static int server(int i)
{
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t length = sizeof(any);

	listening[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	bind(listening[i], (struct sockaddr *)&any, sizeof(any));
	listen(listening[i], 5);
	getsockname(listening[i], (struct sockaddr *)&any, &length);
	ports[i] = any.sin_port;
	return ntohs(any.sin_port);
}

static int local_server(int i)
{
	struct sockaddr_un own = { .sun_family = AF_UNIX };

	memcpy(own.sun_path, names[i], 7);
	own.sun_path[0] = 'F';
	unlink(own.sun_path);
	listening[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	return bind(listening[i], (struct sockaddr *)&own, sizeof(own)) || listen(listening[i], 5);
}

// Which of the servers has a connection.
static char accepted(void)
{
	for (int i = 0; i < 2; i++) {
		int fd = accept(listening[i], NULL, NULL);

		if (fd >= 0) {
			close(fd);
			return 'a' + i;
		}
	}
	return '-';
}

static char connected(int family, const void *to, socklen_t length)
{
	int fd = socket(family, SOCK_STREAM, 0);
	int result = connect(fd, to, length);
	char reached = result ? '-' : accepted();

	close(fd);
	return reached;
}

static char executed(void)
{
	char *const arguments[] = { "raced", NULL }, *const environment[] = { NULL };
	int status;
	pid_t child = vfork();

	if (!child) {
		execve(name, arguments, environment);
		_exit(9);
	}
	waitpid(child, &status, 0);
	return WEXITSTATUS(status) == 1 ? 'a' : WEXITSTATUS(status) == 2 ? 'b' : '-';
}

static char round(void)
{
	struct open_how how = { .flags = O_RDONLY };
	char reached;
	int fd;

	if (!strcmp(call, "connect"))
		return connected(AF_INET, &address, sizeof(address));
	if (!strcmp(call, "connect-unix"))
		return connected(AF_UNIX, &local, sizeof(local));
	if (!strcmp(call, "execve"))
		return executed();
#ifdef SYS_open
	if (!strcmp(call, "open"))
		fd = syscall(SYS_open, name, O_RDONLY);
	else if (!strcmp(call, "creat"))
		fd = syscall(SYS_creat, name, 0644);
	else
#endif
	if (!strcmp(call, "openat2"))
		fd = syscall(SYS_openat2, AT_FDCWD, name, &how, sizeof(how));
	else
		fd = syscall(SYS_openat, AT_FDCWD, name, O_RDONLY);
	reached = which(fd);
	close(fd);
	return reached;
}

int main(int argc, char **argv)
{
	int rounds = atoi(argv[2]);
	char *reached = malloc(rounds + 1);
	pthread_t thread;

	call = argv[1];
	address = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	printf("%d %d\n", server(0), server(1));
	address.sin_port = ports[0];
	if (!strcmp(call, "connect-unix")) {
		local_server(0);
		local_server(1);
		local.sun_family = AF_UNIX;
		memcpy(local.sun_path, "File-a", 7);
	}
	which(-1);
	pthread_create(&thread, NULL, flip, NULL);
	// What comes before belongs to the preparations.
	close(770001);
	for (int i = 0; i < rounds; i++) {
		// On a busy machine the other thread may not have its turn for long.
		for (unsigned before = flips; i % 25 == 0 && flips == before;)
			sched_yield();
		reached[i] = round();
	}
	close(770002);
	over = 1;
	pthread_join(thread, NULL);
	reached[rounds] = 0;
	puts(reached);
	return 0;
}
