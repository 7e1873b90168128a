/* SPDX-License-Identifier: Dual MIT/GPL */
/*
 * clone, clone3, fork, vfork. Parent and failures: the end of the call. Child: on x86_64 the end of the call in the
 * child (result 0), with the call's own event code and flags; elsewhere, where a child does not come by there,
 * sched_process_fork.
 *
 * clone3 keeps its flags in user memory, which the child has often overwritten by the time we look. So the kernel's
 * own copy is kept from task_newtask for child and parent.
 */

/* Whether a child comes by where its clone returns. */
#if defined(__TARGET_ARCH_x86)
#define HAS_CHILD_EXIT true
#else
#define HAS_CHILD_EXIT false
#endif

TRACEPOINT("task_newtask")
int task_new(__u64 *ctx)
{
	struct task_struct *task = (struct task_struct *)TRACEPOINT_ARG(ctx, 0);
	__u64 flags = TRACEPOINT_ARG(ctx, 1);
	__u32 child = LOAD(task, pid), parent = bpf_get_current_pid_tgid();

	if (!is_sent(NR_clone3) && (HAS_CHILD_EXIT || !is_sent(NR_clone)))
		return 0;
	bpf_map_update_elem(&newtask_flags, &child, &flags, BPF_ANY);
	bpf_map_update_elem(&newtask_flags, &parent, &flags, BPF_ANY);
	return 0;
}

static __always_inline __u32 clone3_flags(struct scratch *s)
{
	__u32 tid = bpf_get_current_pid_tgid();
	__u64 *kept = bpf_map_lookup_elem(&newtask_flags, &tid), flags = 0;

	/* A call that failed made no task: what is kept then is of an earlier one. */
	if (kept && s->ret >= 0) {
		flags = *kept;
		bpf_map_delete_elem(&newtask_flags, &tid);
	} else if (bpf_probe_read_user(&flags, sizeof(flags), (void *)s->args[0])) {
		count_of(FAMILY_clone_fork, OUTCOME_faults);
	}
	return flags;
}

/* Also when the task itself is in the initial pid namespace but its children will not be (unshare before). */
static __always_inline __u32 pidns_flag(struct task_struct *task)
{
	struct pid_namespace *own = own_pid_namespace(task);

	if (PROBE(own, level) || PROBE(task, nsproxy, pid_ns_for_children) != own)
		return CLONE_CHILD_IN_PIDNS;
	return 0;
}

static __always_inline void put_clone(struct scratch *s, struct task_struct *task, __s64 ret, __u32 flags)
{
	struct mm_struct *mm = PROBE(task, mm);

	put_s64(s, ret);
	if (ret < 0) {
		put_empty(s);
		put_empty(s);
	} else {
		put_arguments(s, mm);
	}
	put_process(s, task);
	put_u32(s, flags | pidns_flag(task));
	put_u32(s, LOAD(task, cred, euid.val));
	put_u32(s, LOAD(task, cred, egid.val));
	put_s64(s, pid_innermost(PROBE(task, thread_pid)));
	put_s64(s, pid_innermost(PROBE(task, signal, pids[PIDTYPE_TGID])));
	put_u64(s, ret ? 0 : PROBE(own_pid_namespace(task), child_reaper, start_time));
	s->file_fd = AT_FDCWD;
}

HANDLER_FUNCTION(sys_clone)
{
	__u32 number = s->syscall, flags = 0;
	__u16 code = 223;

#if !defined(__TARGET_ARCH_x86)
	if (s->ret == 0)
		return false;
#endif
	if (number == NR_clone3) {
		code = 335;
		flags = clone_flags(clone3_flags(s));
	} else if (number == (__u32)NR_fork) {
		code = 225;
	} else if (number == (__u32)NR_vfork) {
		code = 227;
	} else {
		flags = clone_flags(s->args[0]);
	}
	record_begin(s, code, 21, FAMILY_clone_fork);
	put_clone(s, current_task(), s->ret, flags);
	return true;
}

#if !defined(__TARGET_ARCH_x86)

TRACEPOINT("sched_process_fork")
int task_fork(__u64 *ctx)
{
	struct task_struct *parent = (struct task_struct *)TRACEPOINT_ARG(ctx, 0);
	struct task_struct *child = (struct task_struct *)TRACEPOINT_ARG(ctx, 1);
	struct record_header *header;
	__u32 flags = 0, tid = LOAD(child, pid);
	struct scratch *s;
	__u64 *kept;

	if (!is_sent(NR_clone) && !is_sent(NR_clone3))
		return 0;
	if (LOAD(parent, flags) & PF_KTHREAD || !LOAD(child, mm) || is_ignored())
		return 0;
	s = claim_scratch(parent);
	if (!s) {
		count_both(FAMILY_clone_fork, OUTCOME_dropped_no_scratch);
		return 0;
	}
	kept = bpf_map_lookup_elem(&newtask_flags, &tid);
	if (kept) {
		flags = clone_flags(*kept);
		bpf_map_delete_elem(&newtask_flags, &tid);
	} else {
		if (LOAD(child, tgid) != LOAD(child, pid))
			flags |= CLONE_STORED_THREAD | CLONE_STORED_SIGHAND | CLONE_STORED_VM;
		if (LOAD(child, files) == LOAD(parent, files))
			flags |= CLONE_STORED_FILES;
	}
	record_begin(s, 223, 21, FAMILY_clone_fork);
	header = (struct record_header *)&s->data[sizeof(struct frame)];
	STORE(header->tid, LOAD(child, pid));
	put_clone(s, child, 0, flags);
	record_finish(s, child);
	release_scratch(s);
	return 0;
}

#endif
