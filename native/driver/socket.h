/* SPDX-License-Identifier: Dual MIT/GPL */
/* socket, bind, connect, listen, accept, accept4, socketpair */

#define EINPROGRESS 115

/* Families above 39 and two in between have no name in the table. */
static __always_inline __u32 socket_domain(__u32 domain)
{
	domain &= 0xff;
	return domain == 27 || domain == 28 || domain > 39 ? 0 : domain;
}

HANDLER_FUNCTION(sys_socket)
{
	record_begin(s, 19, 5, FAMILY_rest);
	put_s64(s, s->ret);
	put_u32(s, socket_domain(s->args[0]));
	put_u32(s, s->args[1]);
	put_u32(s, s->args[2]);
	put_u32(s, descriptor_flags(s->args[1]));
	return true;
}

HANDLER_FUNCTION(sys_bind)
{
	record_begin(s, 21, 3, FAMILY_rest);
	put_s64(s, s->ret);
	put_sockaddr(s, s->args[1], s->args[2]);
	put_int(s, s->args[0]);
	return true;
}

HANDLER_FUNCTION(sys_connect)
{
	record_begin(s, 23, 4, FAMILY_connect);
	put_s64(s, s->ret);
	if (s->ret == 0 || s->ret == -EINPROGRESS)
		put_tuple(s, s->args[0], OUTBOUND, s->args[1], s->args[2]);
	else
		put_empty(s);
	put_int(s, s->args[0]);
	put_sockaddr(s, s->args[1], s->args[2]);
	return true;
}

HANDLER_FUNCTION(sys_listen)
{
	record_begin(s, 25, 3, FAMILY_rest);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_u32(s, s->args[1]);
	return true;
}

/* The tuple of the new connection, and how full the queue of the listening socket is. */
static __always_inline void put_accepted(struct scratch *s)
{
	__u32 length = 0, limit = 0;

	put_s64(s, s->ret);
	if (s->ret < 0) {
		put_empty(s);
	} else {
		struct sock *listening = sock_of_fd(s->args[0]);

		put_tuple(s, s->ret, INBOUND, 0, 0);
		if (listening) {
			length = PROBE(listening, sk_ack_backlog);
			limit = PROBE(listening, sk_max_ack_backlog);
		}
	}
	put_u8(s, length && limit ? length * 100ULL / limit : 0);
	put_u32(s, length);
	put_u32(s, limit);
}

HANDLER_FUNCTION(sys_accept)
{
	record_begin(s, 247, 5, FAMILY_rest);
	put_accepted(s);
	return true;
}

HANDLER_FUNCTION(sys_accept4)
{
	record_begin(s, 389, 6, FAMILY_rest);
	put_accepted(s);
	put_u32(s, descriptor_flags(s->args[3]));
	return true;
}

HANDLER_FUNCTION(sys_socketpair)
{
	__s32 fds[2] = { -1, -1 };
	struct sock *sk = NULL, *peer = NULL;

	record_begin(s, 43, 8, FAMILY_rest);
	if (s->ret == 0) {
		if (bpf_probe_read_user(fds, sizeof(fds), (void *)s->args[3]))
			count_fault(s);
		sk = sock_of_fd(fds[0]);
		if (sk && PROBE(sk, __sk_common.skc_family) == AF_UNIX)
			peer = PROBE((struct unix_sock *)sk, peer);
	}
	put_s64(s, s->ret);
	put_s64(s, fds[0]);
	put_s64(s, fds[1]);
	put_u64(s, (__u64)sk);
	put_u64(s, (__u64)peer);
	put_u32(s, socket_domain(s->args[0]));
	put_u32(s, s->args[1]);
	put_u32(s, s->args[2]);
	return true;
}
