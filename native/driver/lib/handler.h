/* SPDX-License-Identifier: Dual MIT/GPL */
/* The form of a program that is entered through the map `handlers`. */
#ifndef FALCO_HANDLER_H
#define FALCO_HANDLER_H

/* HANDLER_PROGRAM(sys_close) { ... } : the body gets `s`, with arguments and result of the call. */
#define HANDLER_PROGRAM(name) \
	static __always_inline void name##_record(struct scratch *s); \
	TRACEPOINT("sys_exit") \
	int name(__u64 *ctx) \
	{ \
		struct scratch *s = scratch_of_cpu(); \
		(void)ctx; \
		if (s) \
			name##_record(s); \
		return 0; \
	} \
	static __always_inline void name##_record(struct scratch *s)

#endif
