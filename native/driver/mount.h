/* SPDX-License-Identifier: Dual MIT/GPL */
/* mount, umount2, fsconfig */

HANDLER_FUNCTION(sys_mount)
{
	__u32 flags = s->args[3];

	record_begin(s, 257, 5, FAMILY_dir_file);
	put_s64(s, s->ret);
	put_string(s, s->args[0]);
	put_path(s, s->args[1]);
	put_string(s, s->args[2]);
	/* Old callers put a magic number in the upper half. */
	put_u32(s, flags >> 16 == 0xc0ed ? flags & 0xffff : flags);
	return true;
}

HANDLER_FUNCTION(sys_umount2)
{
	record_begin(s, 391, 3, FAMILY_dir_file);
	put_s64(s, s->ret);
	put_path(s, s->args[0]);
	put_u32(s, s->args[1] & 0xf);
	return true;
}

enum { FSCONFIG_SET_STRING = 1, FSCONFIG_SET_BINARY, FSCONFIG_SET_PATH, FSCONFIG_SET_PATH_EMPTY };

HANDLER_FUNCTION(sys_fsconfig)
{
	__u32 command = s->args[1];

	record_begin(s, 373, 7, FAMILY_rest);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_u32(s, command);
	put_string(s, s->args[2]);
	if (s->ret >= 0 && command == FSCONFIG_SET_BINARY)
		put_bytes(s, s->args[3], (__u32)s->args[4]);
	else
		put_empty(s);
	if (s->ret >= 0 && (command == FSCONFIG_SET_STRING || command == FSCONFIG_SET_PATH ||
			    command == FSCONFIG_SET_PATH_EMPTY))
		put_string(s, s->args[3]);
	else
		put_empty(s);
	put_u32(s, s->args[4]);
	return true;
}
