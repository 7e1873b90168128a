// SPDX-License-Identifier: Apache-2.0
// ring [sqpoll | overflow | full]: makes a fixed list of operations through an io_uring, in the current directory, each submitted and waited
// for by itself, and prints the result of each: -errno or the value, or `none` where no completion was asked for.
// overflow: makes one, the completion of which finds no room. full: makes one that waits while 600 others are under way,
// and 600 that wait themselves.
// Exits with 3 where the kernel has no io_uring.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/openat2.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int ring, polled;
static uint8_t *submissions, *completions;
static struct io_uring_sqe *entries;
static struct io_uring_params given;

static _Atomic uint32_t *word(uint8_t *base, uint32_t offset)
{
	return (_Atomic uint32_t *)(base + offset);
}

static void put(const struct io_uring_sqe *entry)
{
	uint32_t mask = *word(submissions, given.sq_off.ring_mask);
	uint32_t tail = *word(submissions, given.sq_off.tail);

	entries[tail & mask] = *entry;
	word(submissions, given.sq_off.array)[tail & mask] = tail & mask;
	atomic_store(word(submissions, given.sq_off.tail), tail + 1);
}

// Submits what was put and returns the result of the one completion that comes of it.
static int result(uint32_t count)
{
	_Atomic uint32_t *head = word(completions, given.cq_off.head), *tail = word(completions, given.cq_off.tail);
	struct io_uring_cqe *cqes = (struct io_uring_cqe *)(completions + given.cq_off.cqes);
	int value;

	syscall(SYS_io_uring_enter, ring, count, 1, IORING_ENTER_GETEVENTS | (polled ? IORING_ENTER_SQ_WAKEUP : 0), NULL, 0);
	while (atomic_load(head) == atomic_load(tail))
		usleep(100);
	value = cqes[*head & *word(completions, given.cq_off.ring_mask)].res;
	atomic_store(head, *head + 1);
	return value;
}

static int perform(struct io_uring_sqe entry)
{
	int value;

	put(&entry);
	value = result(1);
	printf("%d\n", value);
	return value;
}

#define OPERATION(code, ...) ((struct io_uring_sqe){ .opcode = IORING_OP_##code, __VA_ARGS__ })
#define AT(pointer) (uint64_t)(uintptr_t)(pointer)

int main(int argc, char **argv)
{
	// Longer than it has to be, as far as the kernel takes it.
	union {
		struct sockaddr_storage longest;
		struct sockaddr_in in;
	} peer = { .in = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } } };
	struct sockaddr_in address = peer.in;
	struct open_how how = { .flags = O_RDONLY, .resolve = RESOLVE_NO_SYMLINKS };
	int listening = socket(AF_INET, SOCK_STREAM, 0), slots[4] = { -1, -1, -1, -1 }, file, stream;
	socklen_t length = sizeof(address);

	polled = argc > 1 && !strcmp(argv[1], "sqpoll");
	given.flags = polled ? IORING_SETUP_SQPOLL : 0;
	given.sq_thread_idle = 1000;
	ring = syscall(SYS_io_uring_setup, 8, &given);
	if (ring < 0)
		return 3;
	submissions = mmap(NULL, given.sq_off.array + given.sq_entries * 4, PROT_READ | PROT_WRITE, MAP_SHARED, ring,
			   IORING_OFF_SQ_RING);
	completions = mmap(NULL, given.cq_off.cqes + given.cq_entries * sizeof(struct io_uring_cqe),
			   PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_CQ_RING);
	entries = mmap(NULL, given.sq_entries * sizeof(*entries), PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQES);
	if (argc > 1 && !strcmp(argv[1], "full")) {
		int ends[2], others[2];
		char byte = 0;

		pipe(ends);
		pipe(others);
		listen(listening, 5);
		put(&OPERATION(READ, .fd = ends[0], .addr = AT(&byte), .len = 1, .flags = IOSQE_IO_LINK));
		put(&OPERATION(UNLINKAT, .fd = AT_FDCWD, .addr = AT("first")));
		syscall(SYS_io_uring_enter, ring, 2, 0, 0, NULL, 0);
		for (int i = 0; i < 600; i++) {
			put(&OPERATION(ACCEPT, .fd = listening));
			syscall(SYS_io_uring_enter, ring, 1, 0, 0, NULL, 0);
		}
		for (int i = 0; i < 600; i++) {
			put(&OPERATION(READ, .fd = others[0], .addr = AT(&byte), .len = 1, .flags = IOSQE_IO_LINK));
			put(&OPERATION(UNLINKAT, .fd = AT_FDCWD, .addr = AT("later")));
			syscall(SYS_io_uring_enter, ring, 2, 0, 0, NULL, 0);
		}
		write(ends[1], &byte, 1);
		usleep(300000);
		return 0;
	}
	if (argc > 1 && !strcmp(argv[1], "overflow")) {
		for (uint32_t i = 0; i < given.cq_entries; i++) {
			put(&OPERATION(NOP));
			syscall(SYS_io_uring_enter, ring, 1, 0, 0, NULL, 0);
		}
		put(&OPERATION(MKDIRAT, .fd = AT_FDCWD, .addr = AT("file"), .len = 0700, .user_data = 77));
		syscall(SYS_io_uring_enter, ring, 1, 0, 0, NULL, 0);
		for (int tries = 0; tries < 10000 && rmdir("file"); tries++)
			usleep(1000);
		// It is told only after it has been done.
		usleep(100000);
		return 0;
	}
	bind(listening, (struct sockaddr *)&address, sizeof(address));
	listen(listening, 5);
	getsockname(listening, (struct sockaddr *)&address, &length);
	peer.in = address;
	syscall(SYS_io_uring_register, ring, IORING_REGISTER_FILES, slots, 4);
	printf("%d\n%d\n", ntohs(address.sin_port), listening);

	file = perform(OPERATION(OPENAT, .fd = AT_FDCWD, .addr = AT("file"), .len = 0640, .open_flags = O_RDWR | O_CREAT));
	perform(OPERATION(OPENAT, .fd = AT_FDCWD, .addr = AT("file"), .open_flags = O_RDONLY, .flags = IOSQE_ASYNC));
	perform(OPERATION(OPENAT, .fd = AT_FDCWD, .addr = AT("file"), .open_flags = O_WRONLY, .file_index = 3));
	perform(OPERATION(OPENAT2, .fd = AT_FDCWD, .addr = AT("missing"), .len = sizeof(how), .off = AT(&how)));
	perform(OPERATION(MKDIRAT, .fd = AT_FDCWD, .addr = AT("made"), .len = 0750));
	perform(OPERATION(SYMLINKAT, .fd = AT_FDCWD, .addr = AT("target"), .addr2 = AT("soft")));
	perform(OPERATION(LINKAT, .fd = AT_FDCWD, .addr = AT("file"), .len = AT_FDCWD, .addr2 = AT("hard"),
			  .hardlink_flags = AT_SYMLINK_FOLLOW));
	perform(OPERATION(RENAMEAT, .fd = AT_FDCWD, .addr = AT("hard"), .len = AT_FDCWD, .addr2 = AT("moved"),
			  .rename_flags = 1));
	perform(OPERATION(UNLINKAT, .fd = AT_FDCWD, .addr = AT("moved")));
	perform(OPERATION(UNLINKAT, .fd = AT_FDCWD, .addr = AT("made"), .unlink_flags = AT_REMOVEDIR));
	perform(OPERATION(UNLINKAT, .fd = AT_FDCWD, .addr = AT("nothing")));
	stream = perform(OPERATION(SOCKET, .fd = AF_INET, .off = SOCK_STREAM | SOCK_CLOEXEC, .len = 0));
	perform(OPERATION(CONNECT, .fd = stream, .addr = AT(&peer), .off = sizeof(peer)));
	perform(OPERATION(ACCEPT, .fd = listening, .accept_flags = SOCK_NONBLOCK));
	perform(OPERATION(CLOSE, .fd = file));
	// Its completion comes in the face of a failure only; that of the next operation says that it is done.
	put(&OPERATION(OPENAT, .fd = AT_FDCWD, .addr = AT("file"), .open_flags = O_RDONLY,
		       .flags = IOSQE_CQE_SKIP_SUCCESS | IOSQE_IO_LINK));
	put(&OPERATION(NOP));
	result(2);
	puts("none");
	return 0;
}
