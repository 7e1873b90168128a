/* SPDX-License-Identifier: Dual MIT/GPL */
/*
 * The form of a function that composes the record of a system call; `dispatch` calls it and sends the record.
 *
 * HANDLER_FUNCTION(sys_close) { ... }: the body gets `s`, with arguments and result of the call, and returns whether
 * there is a record to send. It is a global function: the verifier checks it once, for itself, and may assume
 * nothing of its caller, so it looks its scratch up again.
 *
 * Functions, not programs entered by tail call: a map of programs that two tools list and let go while the daemon is
 * being killed stays in the kernel for good (its clean-up takes a reference each time it is queued, and gives one
 * back when it runs).
 */
#ifndef FALCO_HANDLER_H
#define FALCO_HANDLER_H

#define HANDLER_FUNCTION(name) \
	static __always_inline bool name##_record(struct scratch *s); \
	__attribute__((noinline)) int name(void) \
	{ \
		struct scratch *s = scratch_of_cpu(); \
		return s && name##_record(s); \
	} \
	static __always_inline bool name##_record(struct scratch *s)

#endif
