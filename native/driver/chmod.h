/* SPDX-License-Identifier: Dual MIT/GPL */
/* chmod, fchmod, fchmodat, chown, lchown, fchown, fchownat */

HANDLER_FUNCTION(sys_chmod)
{
	record_begin(s, 315, 3, FAMILY_dir_file);
	put_s64(s, s->ret);
	put_path(s, s->args[0]);
	put_u32(s, s->args[1] & 07777);
	return true;
}

HANDLER_FUNCTION(sys_fchmod)
{
	record_begin(s, 317, 3, FAMILY_dir_file);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_u32(s, s->args[1] & 07777);
	return true;
}

HANDLER_FUNCTION(sys_fchmodat)
{
	record_begin(s, 313, 4, FAMILY_dir_file);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_path_at(s, s->args[0], s->args[1]);
	put_u32(s, s->args[2] & 07777);
	return true;
}

static __always_inline void put_chown(struct scratch *s)
{
	put_s64(s, s->ret);
	put_path(s, s->args[0]);
	put_u32(s, s->args[1]);
	put_u32(s, s->args[2]);
}

HANDLER_FUNCTION(sys_chown)
{
	record_begin(s, 379, 4, FAMILY_dir_file);
	put_chown(s);
	return true;
}

HANDLER_FUNCTION(sys_lchown)
{
	record_begin(s, 381, 4, FAMILY_dir_file);
	put_chown(s);
	return true;
}

HANDLER_FUNCTION(sys_fchown)
{
	record_begin(s, 383, 4, FAMILY_dir_file);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_u32(s, s->args[1]);
	put_u32(s, s->args[2]);
	return true;
}

/* The table calls bit 0x400 AT_SYMLINK_NOFOLLOW, so the kernel's 0x100 goes there. */
HANDLER_FUNCTION(sys_fchownat)
{
	__u32 flags = s->args[4];

	record_begin(s, 385, 6, FAMILY_dir_file);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_path_at(s, s->args[0], s->args[1]);
	put_u32(s, s->args[2]);
	put_u32(s, s->args[3]);
	put_u32(s, (flags & 0x100 ? 0x400 : 0) | (flags & 0x1000));
	return true;
}
