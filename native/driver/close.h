/* SPDX-License-Identifier: Dual MIT/GPL */
/* close */

HANDLER_FUNCTION(sys_close)
{
	record_begin(s, 5, 2, COUNTER_ring_full_close);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	return true;
}
