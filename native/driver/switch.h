/* SPDX-License-Identifier: Dual MIT/GPL */
/* switch: the current task leaves its CPU to another one. Attached on demand. */

TRACEPOINT("sched_switch")
int task_switch(__u64 *ctx)
{
	struct task_struct *next = (struct task_struct *)TRACEPOINT_ARG(ctx, 2);
	struct task_struct *task = current_task();
	struct scratch *s = claim_idle_scratch();

	if (!s)
		return 0;
	record_begin(s, 152, 6, FAMILY_rest);
	put_s64(s, LOAD(next, pid));
	put_u64(s, LOAD(task, maj_flt));
	put_u64(s, LOAD(task, min_flt));
	put_memory(s, PROBE(task, mm));
	record_finish(s, task);
	release_scratch(s);
	return 0;
}
