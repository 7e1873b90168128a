/* SPDX-License-Identifier: Dual MIT/GPL */
/* mkdir, mkdirat, mknod, mknodat */

HANDLER_FUNCTION(sys_mkdir)
{
	record_begin(s, 277, 3, FAMILY_dir_file);
	put_s64(s, s->ret);
	put_path(s, s->args[0]);
	put_u32(s, s->args[1]);
	return true;
}

HANDLER_FUNCTION(sys_mkdirat)
{
	record_begin(s, 305, 4, FAMILY_dir_file);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_path_at(s, s->args[0], s->args[1]);
	put_u32(s, s->args[2]);
	return true;
}

static __always_inline __u32 node_mode(__u32 mode)
{
	__u32 type = mode & S_IFMT;

	if (!type)
		type = S_IFREG;
	if (type != S_IFREG && type != S_IFCHR && type != S_IFBLK && type != S_IFIFO && type != S_IFSOCK)
		type = 0;
	return type | (mode & 07777);
}

/* The device number as the caller gave it: user space already has the form that the table wants. */
HANDLER_FUNCTION(sys_mknod)
{
	record_begin(s, 415, 4, FAMILY_rest);
	put_s64(s, s->ret);
	put_path(s, s->args[0]);
	put_u32(s, node_mode(s->args[1]));
	put_u32(s, s->args[2]);
	return true;
}

HANDLER_FUNCTION(sys_mknodat)
{
	record_begin(s, 417, 5, FAMILY_rest);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_path_at(s, s->args[0], s->args[1]);
	put_u32(s, node_mode(s->args[2]));
	put_u32(s, s->args[3]);
	return true;
}
