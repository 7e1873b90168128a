/* SPDX-License-Identifier: Dual MIT/GPL */
/* open, openat, openat2, creat, open_by_handle_at */

HANDLER_FUNCTION(sys_open)
{
	__u32 flags = s->args[1];
	struct opened opened;

	record_begin(s, 3, 6, FAMILY_open);
	opened_file(s, &opened);
	put_s64(s, s->ret);
	put_path(s, s->args[0]);
	put_u32(s, open_flags(flags) | opened.flags);
	put_u32(s, open_mode(flags, s->args[2]));
	put_u32(s, opened.dev);
	put_u64(s, opened.ino);
	return true;
}

HANDLER_FUNCTION(sys_openat)
{
	__u32 flags = s->args[2];
	struct opened opened;

	record_begin(s, 307, 7, FAMILY_open);
	opened_file(s, &opened);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_path_at(s, s->args[0], s->args[1]);
	put_u32(s, open_flags(flags) | opened.flags);
	put_u32(s, open_mode(flags, s->args[3]));
	put_u32(s, opened.dev);
	put_u64(s, opened.ino);
	return true;
}

static __always_inline __u32 resolve_flags(__u32 resolve)
{
	return (resolve & 0x01 ? 0x10 : 0) | (resolve & 0x02 ? 0x04 : 0) | (resolve & 0x04 ? 0x08 : 0) |
	       (resolve & 0x08 ? 0x01 : 0) | (resolve & 0x10 ? 0x02 : 0) | (resolve & 0x20 ? 0x20 : 0);
}

HANDLER_FUNCTION(sys_openat2)
{
	__u64 how[3] = {}; /* flags, mode, resolve */
	struct opened opened;
	__u32 flags;

	record_begin(s, 327, 8, FAMILY_open);
	if (read_given(s, how, sizeof(how), s->args[2]))
		count_fault(s);
	opened_file(s, &opened);
	/* The struct can be rewritten behind our back: how the file is really open, the kernel knows. */
	flags = how[0];
	if (s->ret >= 0)
		flags = (flags & (O_CREAT | O_EXCL | O_TRUNC | O_CLOEXEC)) | opened.f_flags;
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_path_at(s, s->args[0], s->args[1]);
	put_u32(s, open_flags(flags) | opened.flags);
	put_u32(s, open_mode(flags, how[1]));
	put_u32(s, resolve_flags(how[2]));
	put_u32(s, opened.dev);
	put_u64(s, opened.ino);
	return true;
}

HANDLER_FUNCTION(sys_creat)
{
	struct opened opened;

	record_begin(s, 59, 6, FAMILY_open);
	opened_file(s, &opened);
	put_s64(s, s->ret);
	put_path(s, s->args[0]);
	put_u32(s, s->args[1] & 07777);
	put_u32(s, opened.dev);
	put_u64(s, opened.ino);
	put_u16(s, opened.flags & OPEN_UPPER ? 1 : opened.flags & OPEN_LOWER ? 2 : 0);
	return true;
}

HANDLER_FUNCTION(sys_open_by_handle_at)
{
	struct opened opened;

	record_begin(s, 337, 6, FAMILY_open);
	opened_file(s, &opened);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_u32(s, open_flags(s->args[2]) | opened.flags);
	put_fd_context(s, s->file_fd);
	put_u32(s, opened.dev);
	put_u64(s, opened.ino);
	return true;
}
