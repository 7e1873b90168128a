/* SPDX-License-Identifier: Dual MIT/GPL */
/* poll, ppoll, select, epoll_wait, nanosleep, futex */

#define MAX_POLLED 16

struct pollfd {
	__s32 fd;
	__s16 events, revents;
};

static __always_inline __u16 poll_flags(__u16 events)
{
	return (events & 0x1 ? 0x1 : 0) | (events & 0x2 ? 0x2 : 0) | (events & 0x4 ? 0x4 : 0) |
	       (events & 0x2000 ? 0x8 : 0) | (events & 0x8 ? 0x10 : 0) | (events & 0x10 ? 0x20 : 0) |
	       (events & 0x20 ? 0x40 : 0) | (events & 0x40 ? 0x80 : 0) | (events & 0x80 ? 0x100 : 0) |
	       (events & 0x100 ? 0x200 : 0) | (events & 0x200 ? 0x400 : 0);
}

/* Puts the first descriptors of the array and what came of each. */
SHARED_CODE void put_polled(struct scratch *s, __u64 from, __u32 count)
{
	struct pollfd *polled = (struct pollfd *)s->work;
	__u8 *to = put_here(s);
	__u32 i;

	if (count > MAX_POLLED)
		count = MAX_POLLED;
	if (count && bpf_probe_read_user(polled, BOUND(count * sizeof(*polled), 0xff), (void *)from)) {
		count_fault(s);
		count = 0;
	}
	*(__u16 *)to = count;
	for (i = 0; i < MAX_POLLED; i++) {
		if (i >= count)
			break;
		*(__s64 *)(to + 2 + 10 * i) = polled[i].fd;
		*(__u16 *)(to + 10 + 10 * i) = poll_flags(polled[i].revents);
	}
	put_length(s, 2 + 10 * count);
}

HANDLER_FUNCTION(sys_poll)
{
	record_begin(s, 81, 3, FAMILY_rest);
	put_s64(s, s->ret);
	put_polled(s, s->args[0], s->args[1]);
	put_int(s, s->args[2]);
	return true;
}

HANDLER_FUNCTION(sys_ppoll)
{
	record_begin(s, 255, 4, FAMILY_rest);
	put_s64(s, s->ret);
	put_polled(s, s->args[0], s->args[1]);
	put_u64(s, user_time(s, s->args[2], 1));
	put_u32(s, s->args[3] ? user_u32(s, s->args[3]) : 0);
	return true;
}

HANDLER_FUNCTION(sys_select)
{
	record_begin(s, 83, 1, FAMILY_rest);
	put_s64(s, s->ret);
	return true;
}

HANDLER_FUNCTION(sys_epoll_wait)
{
	record_begin(s, 79, 2, FAMILY_rest);
	put_s64(s, s->ret);
	put_int(s, s->args[2]);
	return true;
}

HANDLER_FUNCTION(sys_nanosleep)
{
	record_begin(s, 135, 2, FAMILY_rest);
	put_s64(s, s->ret);
	put_u64(s, user_time(s, s->args[0], 1));
	return true;
}

HANDLER_FUNCTION(sys_futex)
{
	__u32 op = s->args[1], command = op & 0x7f;

	record_begin(s, 65, 4, FAMILY_rest);
	put_s64(s, s->ret);
	put_u64(s, s->args[0]);
	put_u16(s, (command <= 12 ? command : 0) | (op & 0x180));
	put_u64(s, (__u32)s->args[2]);
	return true;
}
