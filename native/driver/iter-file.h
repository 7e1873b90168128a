/* SPDX-License-Identifier: Dual MIT/GPL */
/* Events 432 to 448: one open file of a process, by what kind of file it is. Threads share the table of their leader. */

enum anonymous {
	ANONYMOUS_UNKNOWN,
	ANONYMOUS_EVENTFD,
	ANONYMOUS_EVENTPOLL,
	ANONYMOUS_INOTIFY,
	ANONYMOUS_SIGNALFD,
	ANONYMOUS_TIMERFD,
	ANONYMOUS_IO_URING,
	ANONYMOUS_USERFAULTFD,
	ANONYMOUS_PIDFD,
	ANONYMOUS_BPF_MAP,
	ANONYMOUS_BPF_PROG,
	ANONYMOUS_BPF_LINK,
	ANONYMOUS_BPF_ITER,
	ANONYMOUS_PERF_EVENT,
};

/* The first 8 characters of a name as a number. */
#define NAME8(a, b, c, d, e, f, g, h) \
	((__u64)(a) | (__u64)(b) << 8 | (__u64)(c) << 16 | (__u64)(d) << 24 | (__u64)(e) << 32 | (__u64)(f) << 40 | \
	 (__u64)(g) << 48 | (__u64)(h) << 56)

static __always_inline enum anonymous anonymous_kind(const char *name)
{
	__u64 head = 0;

	/* The string read leaves zeros behind a shorter name. */
	bpf_probe_read_kernel(&head, sizeof(head), name);
	switch (head) {
	case NAME8('[', 'e', 'v', 'e', 'n', 't', 'f', 'd'): return ANONYMOUS_EVENTFD;
	case NAME8('[', 'e', 'v', 'e', 'n', 't', 'p', 'o'): return ANONYMOUS_EVENTPOLL;
	case NAME8('i', 'n', 'o', 't', 'i', 'f', 'y', 0): return ANONYMOUS_INOTIFY;
	case NAME8('[', 's', 'i', 'g', 'n', 'a', 'l', 'f'): return ANONYMOUS_SIGNALFD;
	case NAME8('[', 't', 'i', 'm', 'e', 'r', 'f', 'd'): return ANONYMOUS_TIMERFD;
	case NAME8('[', 'i', 'o', '_', 'u', 'r', 'i', 'n'): return ANONYMOUS_IO_URING;
	case NAME8('[', 'u', 's', 'e', 'r', 'f', 'a', 'u'): return ANONYMOUS_USERFAULTFD;
	case NAME8('[', 'p', 'i', 'd', 'f', 'd', ']', 0): return ANONYMOUS_PIDFD;
	case NAME8('b', 'p', 'f', '-', 'm', 'a', 'p', 0): return ANONYMOUS_BPF_MAP;
	case NAME8('b', 'p', 'f', '-', 'p', 'r', 'o', 'g'): return ANONYMOUS_BPF_PROG;
	case NAME8('b', 'p', 'f', '_', 'l', 'i', 'n', 'k'): return ANONYMOUS_BPF_LINK;
	case NAME8('b', 'p', 'f', '-', 'l', 'i', 'n', 'k'): return ANONYMOUS_BPF_LINK;
	case NAME8('b', 'p', 'f', '_', 'i', 't', 'e', 'r'): return ANONYMOUS_BPF_ITER;
	case NAME8('[', 'p', 'e', 'r', 'f', '_', 'e', 'v'): return ANONYMOUS_PERF_EVENT;
	default: return ANONYMOUS_UNKNOWN;
	}
}

static __always_inline bool closes_on_exec(struct task_struct *task, __u32 fd)
{
	unsigned long word = 0;

	bpf_probe_read_kernel(&word, sizeof(word), PROBE(task, files, fdt, close_on_exec) + fd / 64);
	return word >> fd % 64 & 1;
}

static __always_inline void put_file_socket(struct scratch *s, struct task_struct *task, __u32 fd, struct sock *sk,
					    __u64 ino)
{
	__u16 family = PROBE(sk, __sk_common.skc_family);
	__u16 local_port = PROBE(sk, __sk_common.skc_num);
	__u16 remote_port = host_port(PROBE(sk, __sk_common.skc_dport));
	__u32 code = family == AF_INET ? 440 : family == AF_INET6 ? 442 : family == AF_UNIX ? 444 : 446;

	ITERATED(code, family == AF_UNIX ? 6 : family == AF_NETLINK ? 4 : 8);
	put_u32(s, fd);
	put_u16(s, PROBE(sk, sk_type));
	put_u16(s, PROBE(sk, sk_protocol));
	if (family == AF_INET) {
		put_u32(s, PROBE(sk, __sk_common.skc_rcv_saddr));
		put_u16(s, local_port);
		put_u32(s, PROBE(sk, __sk_common.skc_daddr));
		put_u16(s, remote_port);
	} else if (family == AF_INET6) {
		bpf_core_read(put_here(s), 16, &sk->__sk_common.skc_v6_rcv_saddr);
		put_length(s, 16);
		put_u16(s, local_port);
		bpf_core_read(put_here(s), 16, &sk->__sk_common.skc_v6_daddr);
		put_length(s, 16);
		put_u16(s, remote_port);
	} else if (family == AF_UNIX) {
		struct unix_address *address = PROBE((struct unix_sock *)sk, addr);
		__u8 *to;

		put_u64(s, (__u64)sk);
		to = put_here(s);
		*to = 0;
		put_length(s, address ? copy_unix_path(to, (const char *)&address->name[0].sun_path,
						       PROBE(address, len) - 2) : 1);
	}
	put_u64(s, ino);
}

SEC("iter/task_file")
int iter_task_file(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct scratch *s = scratch_of_cpu();
	__u32 fd = ctx->fd, type;
	unsigned long magic;
	struct dentry *dentry;
	struct inode *inode;
	struct vfsmount *mnt;
	__u64 ino;

	if (!task || !file || !s || task->flags & PF_KTHREAD || task->pid != task->tgid)
		return 0;
	inode = PROBE(file, f_inode);
	dentry = PROBE(file, f_path.dentry);
	mnt = PROBE(file, f_path.mnt);
	magic = PROBE(inode, i_sb, s_magic);
	type = PROBE(inode, i_mode) & S_IFMT;
	ino = PROBE(inode, i_ino);

	if (magic == ANON_INODE_FS_MAGIC || magic == PID_FS_MAGIC) {
		const char *name = (const char *)PROBE(dentry, d_name.name);
		enum anonymous kind = magic == PID_FS_MAGIC ? ANONYMOUS_PIDFD : anonymous_kind(name);

		ITERATED(448, 4);
		put_u32(s, fd);
		put_u8(s, kind);
		if (kind == ANONYMOUS_UNKNOWN)
			put_kernel_string(s, name);
		else
			put_empty(s);
		put_u64(s, ino);
	} else if (type == S_IFSOCK) {
		struct sock *sk = sock_of_file(file);
		__u16 family = sk ? PROBE(sk, __sk_common.skc_family) : 0;

		if (family != AF_INET && family != AF_INET6 && family != AF_UNIX && family != AF_NETLINK)
			return 0;
		put_file_socket(s, task, fd, sk, ino);
	} else {
		bool memfd = type == S_IFREG && PROBE(dentry, d_parent) == dentry && is_memfd(dentry);

		if (type == S_IFIFO)
			ITERATED(432, 3);
		else if (memfd)
			ITERATED(434, 3);
		else if (type == S_IFDIR)
			ITERATED(438, 3);
		else
			ITERATED(436, 5);
		put_u32(s, fd);
		put_kernel_path((__u64)mnt, (__u64)dentry);
		if (type != S_IFIFO && type != S_IFDIR && !memfd) {
			put_u32(s, open_flags(PROBE(file, f_flags)) | (closes_on_exec(task, fd) ? 0x1000 : 0));
			put_u32(s, PROBE(mount_of((__u64)mnt), mnt_id));
		}
		put_u64(s, ino);
	}
	write_record(s, ctx->meta->seq);
	return 0;
}
