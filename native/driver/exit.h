/* SPDX-License-Identifier: Dual MIT/GPL */
/* procexit: a thread ends. Its credentials, files and children are still there. */

#define REAPER_THREADS 30
#define REAPER_ANCESTORS 60
#define REAPER_UNKNOWN (-1)

static __always_inline struct task_struct *task_of_thread_node(struct list_head *node)
{
	return (struct task_struct *)((__u64)node - bpf_core_field_offset(struct task_struct, thread_node));
}

/* The id of the first thread of the group of `task` that is not exiting; 0: none; REAPER_UNKNOWN: too many. */
__attribute__((noinline)) __s64 living_thread(__u64 task_address)
{
	struct task_struct *task = (struct task_struct *)task_address;
	struct list_head *head = (struct list_head *)&PROBE(task, signal)->thread_head;
	struct list_head *node = PROBE(head, next);
	int i;

	for (i = 0; i < REAPER_THREADS; i++) {
		struct task_struct *thread = task_of_thread_node(node);

		if (node == head || !node)
			return 0;
		if (!(PROBE(thread, flags) & PF_EXITING))
			return PROBE(thread, pid);
		node = PROBE(node, next);
	}
	return REAPER_UNKNOWN;
}

static __always_inline __u32 subreaper_bits(struct task_struct *task)
{
	struct signal_struct *signal = PROBE(task, signal);

	return (BPF_CORE_READ_BITFIELD_PROBED(signal, is_child_subreaper) ? 1 : 0) |
	       (BPF_CORE_READ_BITFIELD_PROBED(signal, has_child_subreaper) ? 2 : 0);
}

/* Who becomes parent of the children: as the kernel's own search goes, before it has run. */
__attribute__((noinline)) __s64 reaper_of(__u64 task_address)
{
	struct task_struct *task = (struct task_struct *)task_address, *ancestor, *init;
	struct pid_namespace *own = own_pid_namespace(task);
	__u32 level = PROBE(own, level);
	__s64 living;
	int i;

	if (PROBE(task, children.next) == &task->children)
		return 0;
	living = living_thread(task_address);
	if (living)
		return living;
	init = PROBE(own, child_reaper);
	if (PROBE(init, tgid) == PROBE(task, tgid))
		return 0;
	if (!(subreaper_bits(task) & 2))
		return PROBE(init, pid);
	ancestor = PROBE(task, real_parent);
	for (i = 0; i < REAPER_ANCESTORS; i++) {
		if (PROBE(own_pid_namespace(ancestor), level) != level || PROBE(ancestor, tgid) == PROBE(init, tgid))
			return PROBE(init, pid);
		if (subreaper_bits(ancestor) & 1) {
			living = living_thread((__u64)ancestor);
			if (living)
				return living;
		}
		ancestor = PROBE(ancestor, real_parent);
	}
	return REAPER_UNKNOWN;
}

static __always_inline int on_exit(struct task_struct *task)
{
	struct scratch *s;
	__u32 status;

	if (!settings.proc_exit || is_ignored())
		return 0;
	s = claim_scratch(task);
	if (!s) {
		count_both(FAMILY_proc_exit, OUTCOME_dropped_no_scratch);
		return 0;
	}
	status = LOAD(task, exit_code);
	record_begin(s, 186, 5, FAMILY_proc_exit);
	put_s64(s, (__s32)status);
	put_s64(s, (status >> 8) & 0xff);
	put_u8(s, status & 0x7f);
	put_u8(s, status & 0x80 ? 1 : 0);
	put_s64(s, reaper_of((__u64)bpf_get_current_task()));
	record_finish(s, task);
	release_scratch(s);
	return 0;
}

TRACEPOINT("sched_process_exit")
int task_exit(__u64 *ctx)
{
	(void)ctx;
	return on_exit(current_task());
}

PERF_TRACEPOINT("sched/sched_process_exit")
int exit_perf(void *ctx)
{
	(void)ctx;
	on_exit(bpf_get_current_task_btf());
	return PERF_GOES_ON;
}
