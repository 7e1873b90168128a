/* SPDX-License-Identifier: Dual MIT/GPL */
/* Calls that move data between two descriptors: sendfile, splice, copy_file_range. */

HANDLER_FUNCTION(sys_sendfile)
{
	record_begin(s, 189, 5, FAMILY_rest);
	put_s64(s, s->ret);
	put_u64(s, s->args[2] ? user_pointer(s, s->args[2], 0) : 0);
	put_int(s, s->args[0]);
	put_int(s, s->args[1]);
	put_u64(s, s->args[3]);
	return true;
}

HANDLER_FUNCTION(sys_splice)
{
	record_begin(s, 167, 5, FAMILY_rest);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_int(s, s->args[2]);
	put_u64(s, s->args[4]);
	put_u32(s, s->args[5] & 15);
	return true;
}

/* The offsets themselves, not where the caller keeps them. */
HANDLER_FUNCTION(sys_copy_file_range)
{
	record_begin(s, 333, 6, FAMILY_rest);
	put_s64(s, s->ret);
	put_int(s, s->args[2]);
	put_u64(s, s->args[3] ? user_u64(s, s->args[3]) : 0);
	put_int(s, s->args[0]);
	put_u64(s, s->args[1] ? user_u64(s, s->args[1]) : 0);
	put_u64(s, s->args[4]);
	return true;
}
