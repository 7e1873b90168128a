/* SPDX-License-Identifier: Dual MIT/GPL */
/* rename, renameat, renameat2 */

HANDLER_FUNCTION(sys_rename)
{
	record_begin(s, 175, 3, FAMILY_dir_file);
	put_s64(s, s->ret);
	put_path(s, s->args[0]);
	put_path(s, s->args[1]);
	return true;
}

static __always_inline void put_two_paths_at(struct scratch *s)
{
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_path_at(s, s->args[0], s->args[1]);
	put_int(s, s->args[2]);
	put_path_at(s, s->args[2], s->args[3]);
}

HANDLER_FUNCTION(sys_renameat)
{
	record_begin(s, 177, 5, FAMILY_dir_file);
	put_two_paths_at(s);
	return true;
}

HANDLER_FUNCTION(sys_renameat2)
{
	record_begin(s, 319, 6, FAMILY_dir_file);
	put_two_paths_at(s);
	put_u32(s, s->args[4]);
	return true;
}
