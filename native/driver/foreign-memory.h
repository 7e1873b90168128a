/* SPDX-License-Identifier: Dual MIT/GPL */
/* process_vm_readv, process_vm_writev: the data is what stands in the caller's own memory. */

static __always_inline void put_foreign(struct scratch *s)
{
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	if (s->ret > 0)
		put_vectors(s->args[1], s->args[2], data_limit(s->ret));
	else
		put_empty(s);
}

HANDLER_FUNCTION(sys_process_vm_readv)
{
	record_begin(s, 421, 3, FAMILY_rest);
	put_foreign(s);
	return true;
}

HANDLER_FUNCTION(sys_process_vm_writev)
{
	record_begin(s, 423, 3, FAMILY_rest);
	put_foreign(s);
	return true;
}
