/* SPDX-License-Identifier: Dual MIT/GPL */
/* pipe, pipe2, fcntl, memfd_create, close_range, userfaultfd */

static __always_inline void put_pipe(struct scratch *s)
{
	__s32 fds[2] = { -1, -1 };
	struct file *file = NULL;

	if (s->ret == 0) {
		if (bpf_probe_read_user(fds, sizeof(fds), (void *)s->args[0]))
			count_fault(s);
		file = file_of_fd(current_task(), fds[0]);
	}
	put_s64(s, s->ret);
	put_s64(s, fds[0]);
	put_s64(s, fds[1]);
	put_u64(s, file ? PROBE(file, f_inode, i_ino) : 0);
}

HANDLER_FUNCTION(sys_pipe)
{
	record_begin(s, 61, 4, FAMILY_rest);
	put_pipe(s);
	return true;
}

HANDLER_FUNCTION(sys_pipe2)
{
	__u32 flags = s->args[1];

	record_begin(s, 393, 5, FAMILY_rest);
	put_pipe(s);
	put_u32(s, descriptor_flags(flags) | (flags & O_DIRECT ? 0x200 : 0));
	return true;
}

static __always_inline __u8 fcntl_command(__u32 command)
{
	switch (command) {
	case 0: return 1;
	case 1: return 2;
	case 2: return 3;
	case 3: return 4;
	case 4: return 5;
	case 5: return 6;
	case 6: return 8;
	case 7: return 9;
	case 8: return 10;
	case 9: return 12;
	case 10: return 13;
	case 11: return 15;
	case 12: return 17;
	case 13: return 18;
	case 14: return 19;
	case 15: return 21;
	case 16: return 22;
	case 36: return 30;
	case 37: return 31;
	case 38: return 32;
	case 1024: return 23;
	case 1025: return 24;
	case 1026: return 27;
	case 1029: return 25;
	case 1030: return 26;
	case 1031: return 28;
	case 1032: return 29;
	default: return 0;
	}
}

HANDLER_FUNCTION(sys_fcntl)
{
	record_begin(s, 151, 4, FAMILY_rest);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_u8(s, fcntl_command(s->args[1]));
	put_u64(s, s->args[2]);
	return true;
}

HANDLER_FUNCTION(sys_memfd_create)
{
	record_begin(s, 405, 3, FAMILY_rest);
	put_s64(s, s->ret);
	put_string(s, s->args[0]);
	put_u32(s, s->args[1] & 7);
	if (s->ret >= 0)
		s->file_fd = s->ret;
	return true;
}

HANDLER_FUNCTION(sys_close_range)
{
	record_begin(s, 451, 4, FAMILY_rest);
	put_s64(s, s->ret);
	put_u32(s, s->args[0]);
	put_u32(s, s->args[1]);
	put_u32(s, s->args[2] & 6);
	return true;
}

HANDLER_FUNCTION(sys_userfaultfd)
{
	record_begin(s, 321, 2, FAMILY_rest);
	put_s64(s, s->ret);
	put_u32(s, descriptor_flags(s->args[0]));
	return true;
}
