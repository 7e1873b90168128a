/* SPDX-License-Identifier: Dual MIT/GPL */
/* brk, mmap, munmap, mprotect, and the mlock family */

static __always_inline __u32 protection(__u32 prot)
{
	return (prot & 0xf) | (prot & 0x10 ? 0x40 : 0) | (prot & 0x1000000 ? 0x10 : 0) | (prot & 0x2000000 ? 0x20 : 0);
}

static __always_inline __u32 mapping_flags(__u32 flags)
{
	return (flags & 3) | (flags & 0x10 ? 0x4 : 0) | (flags & 0x20 ? 0x8 : 0) | (flags & 0x40 ? 0x10 : 0) |
	       (flags & 0x80 ? 0x1000 : 0) | (flags & 0x100 ? 0x200 : 0) | (flags & 0x800 ? 0x400 : 0) |
	       (flags & 0x1000 ? 0x800 : 0) | (flags & 0x2000 ? 0x4000 : 0) | (flags & 0x4000 ? 0x40 : 0) |
	       (flags & 0x8000 ? 0x80 : 0) | (flags & 0x10000 ? 0x100 : 0);
}

static __always_inline void put_own_memory(struct scratch *s)
{
	struct task_struct *task = current_task();

	put_memory(s, PROBE(task, mm));
}

HANDLER_FUNCTION(sys_brk)
{
	record_begin(s, 159, 5, FAMILY_rest);
	put_s64(s, s->ret);
	put_own_memory(s);
	put_u64(s, s->args[0]);
	return true;
}

HANDLER_FUNCTION(sys_mmap)
{
	record_begin(s, 161, 10, FAMILY_rest);
	put_s64(s, s->ret);
	put_own_memory(s);
	put_u64(s, s->args[0]);
	put_u64(s, s->args[1]);
	put_u32(s, protection(s->args[2]));
	put_u32(s, mapping_flags(s->args[3]));
	put_int(s, s->args[4]);
	put_u64(s, s->args[5]);
	return true;
}

HANDLER_FUNCTION(sys_munmap)
{
	record_begin(s, 165, 6, FAMILY_rest);
	put_s64(s, s->ret);
	put_own_memory(s);
	put_u64(s, s->args[0]);
	put_u64(s, s->args[1]);
	return true;
}

HANDLER_FUNCTION(sys_mprotect)
{
	record_begin(s, 329, 4, FAMILY_rest);
	put_s64(s, s->ret);
	put_u64(s, s->args[0]);
	put_u64(s, s->args[1]);
	put_u32(s, protection(s->args[2]));
	return true;
}

HANDLER_FUNCTION(sys_mlock)
{
	record_begin(s, 345, 3, FAMILY_rest);
	put_s64(s, s->ret);
	put_u64(s, s->args[0]);
	put_u64(s, s->args[1]);
	return true;
}

HANDLER_FUNCTION(sys_munlock)
{
	record_begin(s, 347, 3, FAMILY_rest);
	put_s64(s, s->ret);
	put_u64(s, s->args[0]);
	put_u64(s, s->args[1]);
	return true;
}

HANDLER_FUNCTION(sys_mlock2)
{
	record_begin(s, 371, 4, FAMILY_rest);
	put_s64(s, s->ret);
	put_u64(s, s->args[0]);
	put_u64(s, s->args[1]);
	put_u32(s, s->args[2] & 1);
	return true;
}

HANDLER_FUNCTION(sys_mlockall)
{
	record_begin(s, 349, 2, FAMILY_rest);
	put_s64(s, s->ret);
	put_u32(s, s->args[0] & 7);
	return true;
}

HANDLER_FUNCTION(sys_munlockall)
{
	record_begin(s, 351, 1, FAMILY_rest);
	put_s64(s, s->ret);
	return true;
}
