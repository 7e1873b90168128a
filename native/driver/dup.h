/* SPDX-License-Identifier: Dual MIT/GPL */
/* dup, dup2, dup3 */

HANDLER_FUNCTION(sys_dup)
{
	record_begin(s, 367, 2, FAMILY_rest);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	return true;
}

HANDLER_FUNCTION(sys_dup2)
{
	record_begin(s, 363, 3, FAMILY_rest);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_int(s, s->args[1]);
	return true;
}

HANDLER_FUNCTION(sys_dup3)
{
	record_begin(s, 365, 4, FAMILY_rest);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_int(s, s->args[1]);
	put_u32(s, s->args[2] & O_CLOEXEC ? 0x1000 : 0);
	return true;
}
