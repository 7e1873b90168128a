/* SPDX-License-Identifier: Dual MIT/GPL */
/* Event 430: one task. Sleepable, so that arguments and environment can be read from the other task's memory. */

static __always_inline void put_memory_of(struct scratch *s, struct task_struct *task, __u64 from, __u64 to)
{
	__u64 length = to > from ? to - from : 0;

	if (length > PATH_MAX) {
		count_cut(s);
		length = PATH_MAX;
	}
	length = BOUND(length, 0x1fff);
	if (!length || length > PATH_MAX) {
		put_empty(s);
		return;
	}
	if (bpf_copy_from_user_task(put_here(s), length, (void *)from, task, 0)) {
		count_fault(s);
		put_empty(s);
		return;
	}
	s->data[BOUND(s->position + length - 1, WIRE_MAX_RECORD - 1)] = 0;
	put_length(s, length);
}

static __always_inline void put_path_of(struct scratch *s, const struct path *path)
{
	struct vfsmount *mnt = NULL;
	struct dentry *dentry = NULL;

	(void)s;
	bpf_core_read(&mnt, sizeof(mnt), &path->mnt);
	bpf_core_read(&dentry, sizeof(dentry), &path->dentry);
	put_kernel_path((__u64)mnt, (__u64)dentry);
}

SEC("iter.s/task")
int iter_task(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct pid *own, *group;
	struct scratch *s = scratch_of_cpu();
	const struct cred *cred;
	struct inode *inode;
	struct mm_struct *mm;
	struct file *file;
	struct fs_struct *fs;

	if (!task || !s || task->flags & PF_KTHREAD)
		return 0;
	mm = PROBE(task, mm);
	if (!mm)
		return 0;
	file = PROBE(mm, exe_file);
	inode = PROBE(file, f_path.dentry, d_inode);
	cred = PROBE(task, cred);
	own = PROBE(task, thread_pid);
	group = PROBE(task, signal, pids[PIDTYPE_PGID]);
	fs = PROBE(task, fs);

	ITERATED(430, 32);
	put_u32(s, PROBE(task, real_parent, pid));
	put_u32(s, pid_initial(group));
	put_u32(s, pid_seen_by(group, own));
	put_u32(s, pid_initial(PROBE(task, signal, pids[PIDTYPE_SID])));
	put_comm(s, task);
	put_memory_of(s, task, PROBE(mm, arg_start), PROBE(mm, arg_end));
	put_file_path(file);
	put_u32(s, executable_flags((__u64)file, (__u64)cred));
	put_memory_of(s, task, PROBE(mm, env_start), PROBE(mm, env_end));
	put_path_of(s, &fs->pwd);
	put_u64(s, PROBE(task, signal, rlim[RLIMIT_NOFILE].rlim_cur));
	put_u32(s, PROBE(cred, euid.val));
	put_u32(s, PROBE(cred, egid.val));
	put_u64(s, capability_set(&cred->cap_permitted));
	put_u64(s, capability_set(&cred->cap_effective));
	put_u64(s, capability_set(&cred->cap_inheritable));
	put_u64(s, PROBE(inode, i_ino));
	put_u64(s, inode_ctime(inode));
	put_u64(s, inode_mtime(inode));
	put_memory(s, mm);
	put_u64(s, PROBE(task, maj_flt));
	put_u64(s, PROBE(task, min_flt));
	put_u32(s, pid_innermost(PROBE(task, signal, pids[PIDTYPE_TGID])));
	put_u32(s, pid_innermost(own));
	put_u64(s, PROBE(own_pid_namespace(task), child_reaper, start_time));
	put_cgroups(s, PROBE(task, cgroups));
	put_path_of(s, &fs->root);
	put_u64(s, constants.boot_offset_ns + PROBE(task, start_boottime));
	put_u32(s, controlling_tty(task));
	put_u32(s, bpf_core_field_exists(task->loginuid) ? PROBE(task, loginuid.val) : (__u32)-1);
	write_record(s, ctx->meta->seq);
	return 0;
}
