/* SPDX-License-Identifier: Dual MIT/GPL */
/* io_uring_setup, io_uring_enter, io_uring_register. What a ring then does has no system call of its own. */

/* The beginning of io_uring_params, as the kernel has filled it in. */
struct io_uring_parameters {
	__u32 sq_entries, cq_entries, flags, sq_thread_cpu, sq_thread_idle, features;
};

static __always_inline __u32 ring_flags(__u32 flags)
{
	return (flags & 0x1 ? 0x1 : 0) | (flags & 0x2 ? 0x2 : 0) | (flags & 0x4 ? 0x8 : 0) | (flags & 0x8 ? 0x10 : 0) |
	       (flags & 0x10 ? 0x20 : 0) | (flags & 0x20 ? 0x40 : 0) | (flags & 0x40 ? 0x80 : 0);
}

HANDLER_FUNCTION(sys_io_uring_setup)
{
	struct io_uring_parameters given = {};

	record_begin(s, 339, 8, FAMILY_rest);
	if (bpf_probe_read_user(&given, sizeof(given), (void *)s->args[1]))
		count_fault(s);
	put_s64(s, s->ret);
	put_u32(s, s->args[0]);
	put_u32(s, given.sq_entries);
	put_u32(s, given.cq_entries);
	put_u32(s, ring_flags(given.flags));
	put_u32(s, given.sq_thread_cpu);
	put_u32(s, given.sq_thread_idle);
	put_u32(s, given.features & 0x7ff);
	return true;
}

HANDLER_FUNCTION(sys_io_uring_enter)
{
	record_begin(s, 341, 6, FAMILY_rest);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_u32(s, s->args[1]);
	put_u32(s, s->args[2]);
	put_u32(s, s->args[3] & 15);
	/* With IORING_ENTER_EXT_ARG it is no mask. */
	put_u32(s, s->args[4] && !(s->args[3] & 8) ? user_u32(s, s->args[4]) : 0);
	return true;
}

HANDLER_FUNCTION(sys_io_uring_register)
{
	record_begin(s, 343, 5, FAMILY_rest);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_u16(s, s->args[1]);
	put_u64(s, s->args[2]);
	put_u32(s, s->args[3]);
	return true;
}
