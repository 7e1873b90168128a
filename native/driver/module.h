/* SPDX-License-Identifier: Dual MIT/GPL */
/* init_module, finit_module, delete_module, bpf */

HANDLER_FUNCTION(sys_init_module)
{
	record_begin(s, 411, 4, FAMILY_rest);
	put_s64(s, s->ret);
	/* The image is larger than a record; its beginning tells what it is. */
	put_bytes(s, s->args[0], data_limit(s->args[1]));
	put_u64(s, s->args[1]);
	put_string(s, s->args[2]);
	return true;
}

HANDLER_FUNCTION(sys_finit_module)
{
	record_begin(s, 413, 4, FAMILY_rest);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_string(s, s->args[1]);
	put_u32(s, s->args[2] & 7);
	if (s->ret >= 0)
		s->file_fd = s->args[0];
	return true;
}

HANDLER_FUNCTION(sys_delete_module)
{
	__u32 flags = s->args[1];

	record_begin(s, 425, 3, FAMILY_rest);
	put_s64(s, s->ret);
	put_string(s, s->args[0]);
	put_u32(s, (flags & O_NONBLOCK ? 2 : 0) | (flags & O_TRUNC ? 1 : 0));
	return true;
}

HANDLER_FUNCTION(sys_bpf)
{
	record_begin(s, 369, 2, FAMILY_other_interest);
	put_s64(s, s->ret);
	put_u32(s, s->args[0]);
	return true;
}
