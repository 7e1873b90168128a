/* SPDX-License-Identifier: Dual MIT/GPL */
/* Calls that make descriptors of their own kind: eventfd, signalfd, timerfd, inotify, epoll, pidfd. */

HANDLER_FUNCTION(sys_eventfd)
{
	record_begin(s, 63, 3, FAMILY_rest);
	put_s64(s, s->ret);
	put_u64(s, (__u32)s->args[0]);
	put_u32(s, 0);
	return true;
}

HANDLER_FUNCTION(sys_eventfd2)
{
	record_begin(s, 397, 3, FAMILY_rest);
	put_s64(s, s->ret);
	put_u16(s, descriptor_flags(s->args[1]));
	put_u64(s, (__u32)s->args[0]);
	return true;
}

HANDLER_FUNCTION(sys_signalfd)
{
	record_begin(s, 127, 4, FAMILY_rest);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_u32(s, s->args[1] ? user_u32(s, s->args[1]) : 0);
	put_u8(s, 0);
	return true;
}

HANDLER_FUNCTION(sys_signalfd4)
{
	record_begin(s, 399, 4, FAMILY_rest);
	put_s64(s, s->ret);
	put_u16(s, descriptor_flags(s->args[3]));
	put_int(s, s->args[0]);
	put_u32(s, s->args[1] ? user_u32(s, s->args[1]) : 0);
	return true;
}

/* The parameter has eight bits: O_CLOEXEC does not fit. */
HANDLER_FUNCTION(sys_timerfd_create)
{
	record_begin(s, 137, 3, FAMILY_rest);
	put_s64(s, s->ret);
	put_u8(s, s->args[0]);
	put_u8(s, descriptor_flags(s->args[1]));
	return true;
}

HANDLER_FUNCTION(sys_inotify_init)
{
	record_begin(s, 139, 2, FAMILY_rest);
	put_s64(s, s->ret);
	put_u8(s, 0);
	return true;
}

HANDLER_FUNCTION(sys_inotify_init1)
{
	record_begin(s, 395, 2, FAMILY_rest);
	put_s64(s, s->ret);
	put_u16(s, descriptor_flags(s->args[0]));
	return true;
}

HANDLER_FUNCTION(sys_epoll_create)
{
	record_begin(s, 375, 2, FAMILY_rest);
	put_s64(s, s->ret);
	put_u32(s, s->args[0]);
	return true;
}

HANDLER_FUNCTION(sys_epoll_create1)
{
	record_begin(s, 377, 2, FAMILY_rest);
	put_s64(s, s->ret);
	put_u32(s, s->args[0] & O_CLOEXEC ? 1 : 0);
	return true;
}

HANDLER_FUNCTION(sys_pidfd_open)
{
	record_begin(s, 409, 3, FAMILY_rest);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_u32(s, s->args[1] & O_NONBLOCK ? 1 : 0);
	return true;
}

HANDLER_FUNCTION(sys_pidfd_getfd)
{
	record_begin(s, 407, 4, FAMILY_rest);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_int(s, s->args[1]);
	put_u32(s, s->args[2]);
	return true;
}
