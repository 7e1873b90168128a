/* SPDX-License-Identifier: Dual MIT/GPL */
/* read, pread64, readv, preadv; write, pwrite64, writev, pwritev */

HANDLER_FUNCTION(sys_read)
{
	record_begin(s, 7, 4, FAMILY_rest);
	put_s64(s, s->ret);
	put_read_bytes(s, s->args[1]);
	put_int(s, s->args[0]);
	put_u32(s, s->args[2]);
	return true;
}

HANDLER_FUNCTION(sys_pread64)
{
	record_begin(s, 113, 5, FAMILY_rest);
	put_s64(s, s->ret);
	put_read_bytes(s, s->args[1]);
	put_int(s, s->args[0]);
	put_u32(s, s->args[2]);
	put_u64(s, s->args[3]);
	return true;
}

static __always_inline void put_read_vectors(struct scratch *s)
{
	put_s64(s, s->ret);
	put_u32(s, s->ret > 0 ? s->ret : 0);
	if (s->ret > 0)
		put_vectors(s->args[1], s->args[2], data_limit(s->ret));
	else
		put_empty(s);
	put_int(s, s->args[0]);
}

HANDLER_FUNCTION(sys_readv)
{
	record_begin(s, 117, 4, FAMILY_rest);
	put_read_vectors(s);
	return true;
}

HANDLER_FUNCTION(sys_preadv)
{
	record_begin(s, 121, 5, FAMILY_rest);
	put_read_vectors(s);
	put_u64(s, s->args[3]);
	return true;
}

HANDLER_FUNCTION(sys_write)
{
	record_begin(s, 9, 4, FAMILY_rest);
	put_s64(s, s->ret);
	put_bytes(s, s->args[1], data_limit(written(s, (__u32)s->args[2])));
	put_int(s, s->args[0]);
	put_u32(s, s->args[2]);
	return true;
}

HANDLER_FUNCTION(sys_pwrite64)
{
	record_begin(s, 115, 5, FAMILY_rest);
	put_s64(s, s->ret);
	put_bytes(s, s->args[1], data_limit(written(s, (__u32)s->args[2])));
	put_int(s, s->args[0]);
	put_u32(s, s->args[2]);
	put_u64(s, s->args[3]);
	return true;
}

static __always_inline void put_written_vectors(struct scratch *s)
{
	__u32 size;

	put_s64(s, s->ret);
	size = put_vectors(s->args[1], s->args[2], data_limit(written(s, -1)));
	put_int(s, s->args[0]);
	put_u32(s, size);
}

HANDLER_FUNCTION(sys_writev)
{
	record_begin(s, 119, 4, FAMILY_rest);
	put_written_vectors(s);
	return true;
}

HANDLER_FUNCTION(sys_pwritev)
{
	record_begin(s, 123, 5, FAMILY_rest);
	put_written_vectors(s);
	put_u64(s, s->args[3]);
	return true;
}
