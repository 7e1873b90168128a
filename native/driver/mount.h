/* SPDX-License-Identifier: Dual MIT/GPL */
/* mount, umount2 */

HANDLER_FUNCTION(sys_mount)
{
	__u32 flags = s->args[3];

	record_begin(s, 257, 5, COUNTER_ring_full_dir_file);
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
	record_begin(s, 391, 3, COUNTER_ring_full_dir_file);
	put_s64(s, s->ret);
	put_path(s, s->args[0]);
	put_u32(s, s->args[1] & 0xf);
	return true;
}
