/* SPDX-License-Identifier: Dual MIT/GPL */
/* What asks about files: stat and its kin, access, getcwd, getdents; and lseek, ioctl, flock. */

#define AT_QUERY_FLAGS 0x1900 /* SYMLINK_NOFOLLOW, NO_AUTOMOUNT, EMPTY_PATH */

HANDLER_FUNCTION(sys_stat)
{
	record_begin(s, 67, 2, FAMILY_dir_file);
	put_s64(s, s->ret);
	put_path(s, s->args[0]);
	return true;
}

HANDLER_FUNCTION(sys_lstat)
{
	record_begin(s, 69, 2, FAMILY_dir_file);
	put_s64(s, s->ret);
	put_path(s, s->args[0]);
	return true;
}

HANDLER_FUNCTION(sys_fstat)
{
	record_begin(s, 71, 2, FAMILY_dir_file);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	return true;
}

HANDLER_FUNCTION(sys_newfstatat)
{
	record_begin(s, 419, 4, FAMILY_dir_file);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_path_at(s, s->args[0], s->args[1]);
	put_u32(s, s->args[3] & AT_QUERY_FLAGS);
	return true;
}

HANDLER_FUNCTION(sys_access)
{
	record_begin(s, 265, 3, FAMILY_dir_file);
	put_s64(s, s->ret);
	put_path(s, s->args[0]);
	put_u32(s, s->args[1] & 7);
	return true;
}

HANDLER_FUNCTION(sys_getcwd)
{
	record_begin(s, 93, 2, FAMILY_dir_file);
	put_s64(s, s->ret);
	if (s->ret < 0)
		put_empty(s);
	else
		put_string(s, s->args[0]);
	return true;
}

HANDLER_FUNCTION(sys_getdents)
{
	record_begin(s, 237, 2, FAMILY_dir_file);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	return true;
}

HANDLER_FUNCTION(sys_getdents64)
{
	record_begin(s, 239, 2, FAMILY_dir_file);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	return true;
}

HANDLER_FUNCTION(sys_lseek)
{
	record_begin(s, 87, 4, FAMILY_rest);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_u64(s, s->args[1]);
	put_u8(s, (__u32)s->args[2] <= 2 ? s->args[2] : 0);
	return true;
}

HANDLER_FUNCTION(sys_ioctl)
{
	record_begin(s, 171, 4, FAMILY_rest);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_u64(s, s->args[1]);
	put_u64(s, s->args[2]);
	return true;
}

HANDLER_FUNCTION(sys_flock)
{
	record_begin(s, 243, 3, FAMILY_rest);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_u32(s, s->args[1] & 15);
	return true;
}
