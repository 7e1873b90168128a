/* SPDX-License-Identifier: Dual MIT/GPL */
/* unlink, unlinkat, rmdir */

HANDLER_FUNCTION(sys_unlink)
{
	record_begin(s, 301, 2, FAMILY_dir_file);
	put_s64(s, s->ret);
	put_path(s, s->args[0]);
	return true;
}

HANDLER_FUNCTION(sys_unlinkat)
{
	record_begin(s, 303, 4, FAMILY_dir_file);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_path_at(s, s->args[0], s->args[1]);
	put_u32(s, s->args[2] & 0x200);
	return true;
}

HANDLER_FUNCTION(sys_rmdir)
{
	record_begin(s, 279, 2, FAMILY_dir_file);
	put_s64(s, s->ret);
	put_path(s, s->args[0]);
	return true;
}
