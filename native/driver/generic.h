/* SPDX-License-Identifier: Dual MIT/GPL */
/* Every system call without an event of its own: its number, nothing of its arguments. */

HANDLER_FUNCTION(sys_generic)
{
	record_begin(s, 1, 2, FAMILY_rest);
	put_u16(s, syscall_codes[s->syscall & (WIRE_SYSCALLS - 1)]);
	put_u16(s, s->syscall);
	return true;
}
