/* SPDX-License-Identifier: Dual MIT/GPL */
/* What the driver reads of io_uring's requests. An operation's own structure lies at the start of its request. */
#ifndef FALCO_KERNEL_RING_H
#define FALCO_KERNEL_RING_H

#define PF_IO_WORKER 0x10

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct filename {
	const char *name;
};

struct delayed_filename {
	struct filename *__incomplete_filename;
};

struct io_cqe {
	__u64 user_data;
	__s32 res;
	__s32 fd;
};

struct io_cmd_data {
	struct file *file;
};

struct io_kiocb {
	struct io_cmd_data cmd;
	__u8 opcode;
	__u32 flags;
	struct io_cqe cqe;
	void *ctx;
};

struct open_how {
	__u64 flags, mode, resolve;
};

struct io_open {
	int dfd;
	__u32 file_slot;
	struct filename *filename;
	struct open_how how;
};

struct io_open___7_0 {
	struct delayed_filename filename;
};

struct io_rename {
	int old_dfd, new_dfd;
	struct filename *oldpath, *newpath;
	int flags;
};

struct io_rename___7_0 {
	struct delayed_filename oldpath, newpath;
};

struct io_unlink {
	int dfd;
	int flags;
	struct filename *filename;
};

struct io_unlink___7_0 {
	struct delayed_filename filename;
};

struct io_mkdir {
	int dfd;
	__u16 mode;
	struct filename *filename;
};

struct io_mkdir___7_0 {
	struct delayed_filename filename;
};

struct io_close {
	int fd;
	__u32 file_slot;
};

struct io_socket {
	int domain, type, protocol;
	__u32 file_slot;
};

struct io_accept {
	int flags;
	__u32 file_slot;
};

struct io_connect {
	void *addr;
	int addr_len;
};

#pragma clang attribute pop

#endif
