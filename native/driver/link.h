/* SPDX-License-Identifier: Dual MIT/GPL */
/* link, linkat, symlink, symlinkat. The target of a symbolic link is text, not a path that is looked up. */

HANDLER_FUNCTION(sys_link)
{
	record_begin(s, 309, 3, FAMILY_dir_file);
	put_s64(s, s->ret);
	put_path(s, s->args[0]);
	put_path(s, s->args[1]);
	return true;
}

HANDLER_FUNCTION(sys_linkat)
{
	record_begin(s, 311, 6, FAMILY_dir_file);
	put_two_paths_at(s);
	put_u32(s, s->args[4] & 0x1400);
	return true;
}

HANDLER_FUNCTION(sys_symlink)
{
	record_begin(s, 179, 3, FAMILY_dir_file);
	put_s64(s, s->ret);
	put_string(s, s->args[0]);
	put_path(s, s->args[1]);
	return true;
}

HANDLER_FUNCTION(sys_symlinkat)
{
	record_begin(s, 181, 4, FAMILY_dir_file);
	put_s64(s, s->ret);
	put_string(s, s->args[0]);
	put_int(s, s->args[1]);
	put_path_at(s, s->args[1], s->args[2]);
	return true;
}
