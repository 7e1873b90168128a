/* SPDX-License-Identifier: Dual MIT/GPL */
/*
 * execve, execveat. Success is seen at sched_process_exec, where the new program's memory, credentials and file are in
 * place; it is event 293 for both calls. Failures are seen at the end of the call.
 */

/* Parameters 4 to 30: what the task is. The parent's thread ids and so on are in put_process. */
SHARED_CODE void put_image(struct scratch *s, struct task_struct *task, bool given, __u64 envp)
{
	struct mm_struct *mm = PROBE(task, mm);
	struct file *file = PROBE(mm, exe_file);
	const struct cred *cred = PROBE(task, cred);
	struct signal_struct *signal = PROBE(task, signal);
	struct pid *group = PROBE(signal, pids[PIDTYPE_PGID]);
	struct inode *inode = PROBE(file, f_path.dentry, d_inode);

	put_process(s, task);
	if (given)
		put_vector(envp, 0, PATH_MAX);
	else
		put_environment(s, mm);
	put_u32(s, controlling_tty(task));
	put_s64(s, pid_seen_by(group, PROBE(task, thread_pid)));
	put_u32(s, bpf_core_field_exists(task->loginuid) ? LOAD(task, loginuid.val) : (__u32)-1);
	put_u32(s, executable_flags((__u64)file, (__u64)cred));
	put_u64(s, capability_set(&cred->cap_inheritable));
	put_u64(s, capability_set(&cred->cap_permitted));
	put_u64(s, capability_set(&cred->cap_effective));
	put_u64(s, PROBE(inode, i_ino));
	put_u64(s, inode_ctime(inode));
	put_u64(s, inode_mtime(inode));
	put_u32(s, PROBE(cred, euid.val));
	put_file_path(file);
	put_s64(s, pid_initial(group));
	put_u32(s, PROBE(cred, egid.val));
	s->file_fd = AT_FDCWD;
}

static __always_inline int on_exec(struct task_struct *task, const char *filename)
{
	struct scratch *s;

	if (!is_sent(NR_execve) && !is_sent(NR_execveat))
		return 0;
	if (LOAD(task, flags) & PF_KTHREAD || !LOAD(task, mm) || is_ignored())
		return 0;
	s = claim_scratch(task);
	if (!s) {
		count_both(FAMILY_execve, OUTCOME_dropped_no_scratch);
		return 0;
	}
	record_begin(s, 293, 31, FAMILY_execve);
	put_s64(s, 0);
	put_arguments(s, PROBE(task, mm));
	put_image(s, task, false, 0);
	if (put_kernel_string(s, filename) != '/')
		s->base_fd[0] = AT_FDCWD;
	record_finish(s, task);
	release_scratch(s);
	return 0;
}

TRACEPOINT("sched_process_exec")
int exec_done(__u64 *ctx)
{
	struct linux_binprm *binprm = (struct linux_binprm *)TRACEPOINT_ARG(ctx, 2);

	return on_exec(current_task(), LOAD(binprm, filename));
}

PERF_TRACEPOINT("sched/sched_process_exec")
int exec_perf(struct perf_exec *ctx)
{
	on_exec(bpf_get_current_task_btf(), (const char *)ctx + (ctx->filename & 0xffff));
	return PERF_GOES_ON;
}

HANDLER_FUNCTION(sys_execve)
{
	if (s->ret >= 0)
		return false;
	record_begin(s, 293, 31, FAMILY_execve);
	put_s64(s, s->ret);
	put_given_arguments(s, s->args[1]);
	put_image(s, current_task(), true, s->args[2]);
	put_path(s, s->args[0]);
	return true;
}

HANDLER_FUNCTION(sys_execveat)
{
	if (s->ret >= 0)
		return false;
	record_begin(s, 331, 30, FAMILY_execve);
	put_s64(s, s->ret);
	put_given_arguments(s, s->args[2]);
	put_image(s, current_task(), true, s->args[3]);
	return true;
}
