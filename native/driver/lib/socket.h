/* SPDX-License-Identifier: Dual MIT/GPL */
/*
 * Addresses of sockets. SOCKADDR is what the caller passed; SOCKTUPLE is what the kernel's socket has, in the order
 * source, destination: local first for outbound calls, remote first for inbound ones. Ports are in host order.
 */
#ifndef FALCO_SOCKET_H
#define FALCO_SOCKET_H

#define SOCKADDR_MAX 128
#define UNIX_PATH_MAX 108

enum direction { OUTBOUND, INBOUND };

struct sockaddr_in {
	__u16 family;
	__be16 port;
	__be32 address;
};

struct sockaddr_in6 {
	__u16 family;
	__be16 port;
	__u32 flow;
	__u8 address[16];
};

static __always_inline __u16 host_port(__be16 port)
{
	return __builtin_bswap16(port);
}

/* A user sockaddr of `length` bytes, zero-padded, at the start of `work`; false when there is none to read. */
static __always_inline bool read_sockaddr(struct scratch *s, __u64 from, __u32 length)
{
	length &= 0xffff;
	if (!from || length < sizeof(__u16))
		return false;
	if (length > SOCKADDR_MAX)
		length = SOCKADDR_MAX;
	__builtin_memset(s->work, 0, SOCKADDR_MAX + 8);
	length = BOUND(length, 0xff);
	if (length > SOCKADDR_MAX || read_given(s, s->work, length, from)) {
		count_fault(s);
		return false;
	}
	return true;
}

/*
 * Copies a unix path with its NUL from `path`, where `available` bytes belong to it; the NUL that leads an abstract
 * name is skipped. Returns the bytes written, at least 1.
 */
static __always_inline __u32 copy_unix_path(__u8 *to, const char *path, __s32 available)
{
	char first = 0;
	long length;

	if (available > UNIX_PATH_MAX)
		available = UNIX_PATH_MAX;
	bpf_probe_read_kernel(&first, 1, path);
	if (!first) {
		path++;
		available--;
	}
	*to = 0;
	if (available <= 0)
		return 1;
	length = bpf_probe_read_kernel_str(to, BOUND(available + 1, 0x7f), path);
	return length < 1 ? 1 : BOUND(length, 0x7f);
}

SHARED_CODE void put_sockaddr(struct scratch *s, __u64 from, __u32 length)
{
	__u8 *to = put_here(s);

	if (!read_sockaddr(s, from, length)) {
		put_empty(s);
		return;
	}
	switch (*(__u16 *)s->work) {
	case AF_INET: {
		struct sockaddr_in *in = (struct sockaddr_in *)s->work;

		to[0] = AF_INET;
		*(__u32 *)(to + 1) = in->address;
		*(__u16 *)(to + 5) = host_port(in->port);
		put_length(s, 7);
		return;
	}
	case AF_INET6: {
		struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)s->work;

		to[0] = AF_INET6;
		__builtin_memcpy(to + 1, in6->address, 16);
		*(__u16 *)(to + 17) = host_port(in6->port);
		put_length(s, 19);
		return;
	}
	case AF_UNIX:
		to[0] = AF_UNIX;
		put_length(s, 1 + copy_unix_path(to + 1, (const char *)&s->work[2], (__s32)(length & 0xffff) - 2));
		return;
	default:
		put_empty(s);
	}
}

static __always_inline struct sock *sock_of_file(struct file *file)
{
	struct socket *socket;

	if (!file || (PROBE(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
		return NULL;
	socket = PROBE(file, private_data);
	return socket ? PROBE(socket, sk) : NULL;
}

static __always_inline struct sock *sock_of_fd(__s32 fd)
{
	return sock_of_file(file_of_fd(current_task(), fd));
}

SHARED_CODE void put_unix_tuple(struct scratch *s, struct sock *sk, enum direction direction, __u64 user,
					   __u32 user_length)
{
	struct unix_sock *own = (struct unix_sock *)sk;
	struct sock *peer = PROBE(own, peer);
	struct unix_sock *named = direction == OUTBOUND ? (struct unix_sock *)peer : own;
	__u8 *to = put_here(s);
	__u32 length = 1;

	to[0] = AF_UNIX;
	*(__u64 *)(to + 1) = (__u64)(direction == OUTBOUND ? peer : sk);
	*(__u64 *)(to + 9) = (__u64)(direction == OUTBOUND ? sk : peer);
	to[17] = 0;
	if (named) {
		struct unix_address *address = PROBE(named, addr);

		if (address)
			length = copy_unix_path(to + 17, (const char *)&address->name[0].sun_path,
						PROBE(address, len) - 2);
	} else if (read_sockaddr(s, user, user_length) && *(__u16 *)s->work == AF_UNIX) {
		length = copy_unix_path(to + 17, (const char *)&s->work[2], (__s32)(user_length & 0xffff) - 2);
	}
	put_length(s, 17 + length);
}

/* `user` is the sockaddr that the call carries (0: none); it fills in for a socket that is not connected. */
SHARED_CODE void put_tuple(struct scratch *s, __s32 fd, enum direction direction, __u64 user,
				      __u32 user_length)
{
	struct sock *sk = sock_of_fd(fd);
	struct inet_sock *inet = (struct inet_sock *)sk;
	__u16 family = sk ? PROBE(sk, __sk_common.skc_family) : 0, local_port, remote_port;
	__u8 *to = put_here(s);

	if (family == AF_UNIX) {
		put_unix_tuple(s, sk, direction, user, user_length);
		return;
	}
	if (family != AF_INET && family != AF_INET6) {
		put_empty(s);
		return;
	}
	to[0] = family;
	local_port = host_port(PROBE(inet, inet_sport));
	remote_port = host_port(PROBE(sk, __sk_common.skc_dport));
	if (family == AF_INET) {
		__u32 local = PROBE(inet, inet_saddr), remote = PROBE(sk, __sk_common.skc_daddr);

		/* Connected to port 0: the caller's memory knows nothing better. */
		if (!remote_port && !remote && read_sockaddr(s, user, user_length) && *(__u16 *)s->work == AF_INET) {
			remote = ((struct sockaddr_in *)s->work)->address;
			remote_port = host_port(((struct sockaddr_in *)s->work)->port);
		}
		*(__u32 *)(to + 1) = direction == OUTBOUND ? local : remote;
		*(__u16 *)(to + 5) = direction == OUTBOUND ? local_port : remote_port;
		*(__u32 *)(to + 7) = direction == OUTBOUND ? remote : local;
		*(__u16 *)(to + 11) = direction == OUTBOUND ? remote_port : local_port;
		put_length(s, 13);
	} else {
		struct ipv6_pinfo *pinet6 = PROBE(inet, pinet6);
		__u8 *local = to + (direction == OUTBOUND ? 1 : 19), *remote = to + (direction == OUTBOUND ? 19 : 1);

		bpf_core_read(local, 16, &pinet6->saddr);
		bpf_core_read(remote, 16, &sk->__sk_common.skc_v6_daddr);
		if (!remote_port && read_sockaddr(s, user, user_length) && *(__u16 *)s->work == AF_INET6) {
			struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)s->work;

			__builtin_memcpy(remote, in6->address, 16);
			remote_port = host_port(in6->port);
		}
		*(__u16 *)(local + 16) = local_port;
		*(__u16 *)(remote + 16) = remote_port;
		put_length(s, 37);
	}
}

#endif
