/* SPDX-License-Identifier: Dual MIT/GPL */
/*
 * The form of a program that is entered through the map `handlers`. It composes the parameters of its event; then
 * `sys_finish`, entered by tail call, appends the context and sends the record.
 */
#ifndef FALCO_HANDLER_H
#define FALCO_HANDLER_H

/*
 * HANDLER_PROGRAM(sys_close) { ... }: the body gets `s`, with arguments and result of the call, and returns whether
 * there is a record to finish.
 */
#define HANDLER_PROGRAM(name) \
	static __always_inline bool name##_record(struct scratch *s); \
	TRACEPOINT("sys_exit") \
	int name(__u64 *ctx) \
	{ \
		struct scratch *s = scratch_of_cpu(); \
		if (s && name##_record(s)) { \
			bpf_tail_call(ctx, &stages, STAGE_FINISH); \
			count(COUNTER_dropped_no_handler); \
		} \
		return 0; \
	} \
	static __always_inline bool name##_record(struct scratch *s)

/*
 * The same for handlers that walk paths or memory in functions of their own: a program with such calls finishes the
 * record itself, since not every kernel lets it make tail calls too.
 */
#define WHOLE_PROGRAM(name) \
	static __always_inline bool name##_record(struct scratch *s); \
	TRACEPOINT("sys_exit") \
	int name(__u64 *ctx) \
	{ \
		struct scratch *s = scratch_of_cpu(); \
		(void)ctx; \
		if (s && name##_record(s)) \
			record_finish(s, current_task()); \
		return 0; \
	} \
	static __always_inline bool name##_record(struct scratch *s)

TRACEPOINT("sys_exit")
int sys_finish(__u64 *ctx)
{
	struct scratch *s = scratch_of_cpu();

	(void)ctx;
	if (s)
		record_finish(s, current_task());
	return 0;
}

#endif
