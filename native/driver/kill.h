/* SPDX-License-Identifier: Dual MIT/GPL */
/* kill, tkill, tgkill. Process ids are those of the caller's pid namespace. */

HANDLER_FUNCTION(sys_kill)
{
	record_begin(s, 129, 3, FAMILY_rest);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_u8(s, s->args[1]);
	return true;
}

HANDLER_FUNCTION(sys_tkill)
{
	record_begin(s, 131, 3, FAMILY_rest);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_u8(s, s->args[1]);
	return true;
}

HANDLER_FUNCTION(sys_tgkill)
{
	record_begin(s, 133, 4, FAMILY_rest);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_int(s, s->args[1]);
	put_u8(s, s->args[2]);
	return true;
}
