/* SPDX-License-Identifier: Dual MIT/GPL */
/* setns, unshare, and the clone flags in the numbering of the event table. */

#define CLONE_CHILD_IN_PIDNS 0x20000000
#define CLONE_STORED_THREAD 0x2000
#define CLONE_STORED_SIGHAND 0x800
#define CLONE_STORED_VM 0x8000
#define CLONE_STORED_FILES 0x1

static __always_inline __u32 clone_flags(__u32 flags)
{
	__u32 out = flags & (0x800 | 0x1000000);

	out |= flags & 0x100 ? 0x8000 : 0;          /* VM */
	out |= flags & 0x200 ? 0x2 : 0;             /* FS */
	out |= flags & 0x400 ? 0x1 : 0;             /* FILES */
	out |= flags & 0x2000 ? 0x400 : 0;          /* PTRACE */
	out |= flags & 0x4000 ? 0x8000000 : 0;      /* VFORK */
	out |= flags & 0x8000 ? 0x100 : 0;          /* PARENT */
	out |= flags & 0x10000 ? 0x2000 : 0;        /* THREAD */
	out |= flags & 0x20000 ? 0x20 : 0;          /* NEWNS */
	out |= flags & 0x40000 ? 0x1000 : 0;        /* SYSVSEM */
	out |= flags & 0x80000 ? 0x2000000 : 0;     /* SETTLS */
	out |= flags & 0x100000 ? 0x200 : 0;        /* PARENT_SETTID */
	out |= flags & 0x200000 ? 0x800000 : 0;     /* CHILD_CLEARTID */
	out |= flags & 0x800000 ? 0x4000 : 0;       /* UNTRACED */
	out |= flags & 0x2000000 ? 0x10000000 : 0;  /* NEWCGROUP */
	out |= flags & 0x4000000 ? 0x80 : 0;        /* NEWUTS */
	out |= flags & 0x8000000 ? 0x8 : 0;         /* NEWIPC */
	out |= flags & 0x10000000 ? 0x100000 : 0;   /* NEWUSER */
	out |= flags & 0x20000000 ? 0x40 : 0;       /* NEWPID */
	out |= flags & 0x40000000 ? 0x10 : 0;       /* NEWNET */
	out |= flags & 0x80000000 ? 0x4 : 0;        /* IO */
	return out;
}

HANDLER_FUNCTION(sys_setns)
{
	record_begin(s, 241, 3, FAMILY_other_interest);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_u32(s, clone_flags(s->args[1]));
	return true;
}

HANDLER_FUNCTION(sys_unshare)
{
	record_begin(s, 285, 2, FAMILY_other_interest);
	put_s64(s, s->ret);
	put_u32(s, clone_flags(s->args[0]));
	return true;
}
