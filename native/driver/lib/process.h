/* SPDX-License-Identifier: Dual MIT/GPL */
/*
 * Facts of processes: ids in the initial and the own pid namespace, memory, arguments, cgroups, the executable.
 * Functions that the verifier checks on their own take addresses as numbers and probe.
 */
#ifndef FALCO_PROCESS_H
#define FALCO_PROCESS_H

#define GROUP_SEARCH_STEPS 16

#define EXE_WRITABLE 0x1
#define EXE_UPPER_LAYER 0x2
#define EXE_FROM_MEMFD 0x4
#define EXE_LOWER_LAYER 0x8
#define CAP_DAC_OVERRIDE 1
#define CAP_FOWNER 3

enum rss { RSS_FILE, RSS_ANON, RSS_SWAP, RSS_SHMEM };

/* ---- ids ---- */

static __always_inline struct upid *upid_at(const struct pid *pid, __u32 level)
{
	return (struct upid *)((__u64)pid + bpf_core_field_offset(struct pid, numbers) +
			       level * bpf_core_type_size(struct upid));
}

static __always_inline struct upid *upid_innermost(const struct pid *pid)
{
	__u32 level = PROBE(pid, level);

	return upid_at(pid, level);
}

/* The number of `pid` in the innermost namespace that has it. */
static __always_inline __s32 pid_innermost(const struct pid *pid)
{
	return pid ? PROBE(upid_innermost(pid), nr) : 0;
}

static __always_inline __s32 pid_initial(const struct pid *pid)
{
	return pid ? PROBE(upid_at(pid, 0), nr) : 0;
}

/* The number of `pid` as the task whose own pid is `viewer` sees it; 0: not visible from there. */
static __always_inline __s32 pid_seen_by(const struct pid *pid, const struct pid *viewer)
{
	__u32 level = PROBE(viewer, level);

	if (!pid || level > PROBE(pid, level) || PROBE(upid_at(pid, level), ns) != PROBE(upid_at(viewer, level), ns))
		return 0;
	return PROBE(upid_at(pid, level), nr);
}

static __always_inline struct pid_namespace *own_pid_namespace(struct task_struct *task)
{
	struct pid *pid = PROBE(task, thread_pid);

	return pid ? PROBE(upid_innermost(pid), ns) : NULL;
}

/* ---- memory ---- */

/*
 * A counter of pages. Since 6.2 part of its value sits in per-CPU areas, whose places the kernel does not tell: the
 * result is exact to within a batch (32 pages, or twice the CPUs) per CPU, and small processes may show 0.
 */
static __always_inline __u64 rss_pages(struct mm_struct *mm, __u32 which)
{
	__s64 sum = 0;

	if (bpf_core_type_exists(struct mm_rss_stat))
		bpf_probe_read_kernel(&sum, sizeof(sum), (void *)&((struct mm_struct___6_1 *)mm)->rss_stat + which * sizeof(sum));
	else
		bpf_core_read(&sum, sizeof(sum), &mm->rss_stat[which].count);
	return sum < 0 ? 0 : sum;
}

/* vm_size, vm_rss, vm_swap in KiB. */
SHARED_CODE void put_memory(struct scratch *s, struct mm_struct *mm)
{
	if (!mm) {
		put_u32(s, 0);
		put_u32(s, 0);
		put_u32(s, 0);
		return;
	}
	put_u32(s, PROBE(mm, total_vm) * 4);
	put_u32(s, (rss_pages(mm, RSS_FILE) + rss_pages(mm, RSS_ANON) + rss_pages(mm, RSS_SHMEM)) * 4);
	put_u32(s, rss_pages(mm, RSS_SWAP) * 4);
}

/* ---- arguments and environment ---- */

/*
 * Puts `length` bytes of the current task's memory and makes the last one a NUL; empty when any of them cannot be
 * read. `limit` is at most PATH_MAX.
 */
static __always_inline void put_area(struct scratch *s, __u64 from, __u64 length, __u64 limit)
{
	if (length > limit) {
		count_cut(s);
		length = limit;
	}
	if (!length || length > PATH_MAX) {
		put_empty(s);
		return;
	}
	length = BOUND(length, 0x1fff);
	if (length > PATH_MAX || bpf_probe_read_user(put_here(s), length, (void *)from)) {
		count_fault(s);
		put_empty(s);
		return;
	}
	s->data[BOUND(s->position + length - 1, WIRE_MAX_RECORD - 1)] = 0;
	put_length(s, length);
}

/* exe and args: argv[0] and what follows it, together at most 4096 bytes, as they are in the process's memory. */
static __always_inline void put_arguments(struct scratch *s, struct mm_struct *mm)
{
	__u64 start = PROBE(mm, arg_start), end = PROBE(mm, arg_end);
	__u64 exe = put_string_limit(s, start, PATH_MAX);

	if (end <= start + exe)
		put_empty(s);
	else
		put_area(s, start + exe, end - start - exe, PATH_MAX - exe);
}

static __always_inline void put_environment(struct scratch *s, struct mm_struct *mm)
{
	__u64 start = PROBE(mm, env_start), end = PROBE(mm, env_end);

	put_area(s, start, end > start ? end - start : 0, PATH_MAX);
}

/*
 * Puts the strings of a user array of pointers, `from` to 15, as one parameter of at most `limit` bytes. `at` is the
 * address of the array, 0: none.
 */
__attribute__((noinline)) int put_vector(__u64 at, __u32 from, __u32 limit)
{
	struct scratch *s = scratch_of_cpu();
	__u32 i;

	if (!s)
		return 0;
	s->used = 0;
	for (i = 0; i < 16; i++) {
		__u64 pointer;
		long length;

		if (i < from)
			continue;
		pointer = at ? user_pointer(s, at, i) : 0;
		if (!pointer || s->used >= limit)
			break;
		length = read_user_string(put_here(s) + BOUND(s->used, PATH_MAX - 1), PATH_MAX, pointer);
		if (length < 0)
			count_fault(s);
		else
			s->used += length;
	}
	if (s->used > limit || (i == 16 && user_pointer(s, at, i))) {
		count_cut(s);
		if (s->used > limit)
			s->used = limit;
		if (s->used)
			s->data[BOUND(s->position + s->used - 1, WIRE_MAX_RECORD - 1)] = 0;
	}
	put_length(s, s->used);
	return 0;
}

/* exe and args of a call that failed: from the argv that it was given. */
static __always_inline void put_given_arguments(struct scratch *s, __u64 argv)
{
	__u64 first = argv ? user_pointer(s, argv, 0) : 0;
	__u32 exe = 0;

	if (!first) {
		*put_here(s) = 0;
		put_length(s, 1);
		put_empty(s);
		return;
	}
	exe = put_string_limit(s, first, PATH_MAX);
	put_vector(argv, 1, PATH_MAX - exe);
}

/* ---- the executable ---- */

static __always_inline bool is_mapped(const struct uid_gid_map *map, __u32 id)
{
	struct uid_gid_extent extents[5] = {};
	__u32 count = 0, i;

	bpf_probe_read_kernel(extents, sizeof(extents), &map->extent);
	bpf_core_read(&count, sizeof(count), &map->nr_extents);
	for (i = 0; i < 5; i++)
		if (i < count && id >= extents[i].lower_first && id - extents[i].lower_first < extents[i].count)
			return true;
	return false;
}

static __always_inline bool in_group(const struct cred *cred, __u32 gid)
{
	struct group_info *groups = PROBE(cred, group_info);
	__u32 low = 0, high = PROBE(groups, ngroups), step;

	if (PROBE(cred, fsgid.val) == gid)
		return true;
	for (step = 0; step < GROUP_SEARCH_STEPS && low < high; step++) {
		__u32 middle = (low + high) / 2, value = 0;

		bpf_probe_read_kernel(&value, sizeof(value), (void *)&groups->gid + middle * sizeof(value));
		if (value == gid)
			return true;
		if (value < gid)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static __always_inline __u64 capability_set(const void *set)
{
	return READ_AT((__u64 *)set) & ((1ULL << 41) - 1);
}

/* Whether the owner of `cred` may write to the inode by its mode bits and capabilities. */
static __always_inline bool is_writable(const struct inode *inode, const struct cred *cred)
{
	__u32 mode = PROBE(inode, i_mode), uid = PROBE(inode, i_uid.val), gid = PROBE(inode, i_gid.val);
	__u64 capabilities = capability_set(&cred->cap_effective);
	struct user_namespace *user_ns = PROBE(cred, user_ns);

	if ((PROBE(inode, i_sb, s_flags) & SB_RDONLY) || (PROBE(inode, i_flags) & S_IMMUTABLE) ||
	    uid == (__u32)-1 || gid == (__u32)-1)
		return false;
	if (PROBE(cred, fsuid.val) == uid)
		return true;
	if (mode & (in_group(cred, gid) ? 0020 : 0002))
		return true;
	if (!is_mapped(&user_ns->uid_map, uid))
		return false;
	return (capabilities & (1 << CAP_FOWNER)) ||
	       ((capabilities & (1 << CAP_DAC_OVERRIDE)) && is_mapped(&user_ns->gid_map, gid));
}

__attribute__((noinline)) __u32 executable_flags(__u64 file_address, __u64 cred_address)
{
	const struct cred *cred = (const struct cred *)cred_address;
	struct file *file = (struct file *)file_address;
	struct dentry *dentry = PROBE(file, f_path.dentry);
	struct inode *inode = PROBE(dentry, d_inode);
	enum layer layer = overlay_layer(inode, PROBE(inode, i_sb));
	__u32 flags = layer == LAYER_UPPER ? EXE_UPPER_LAYER : layer == LAYER_LOWER ? EXE_LOWER_LAYER : 0;

	if (PROBE(dentry, d_parent) == dentry && is_memfd(dentry))
		flags |= EXE_FROM_MEMFD;
	if (is_writable(inode, cred))
		flags |= EXE_WRITABLE;
	return flags;
}

static __always_inline __u64 nanoseconds(__s64 seconds, __u64 rest)
{
	return seconds < 0 ? 0 : seconds * 1000000000ULL + rest;
}

static __always_inline __u64 inode_mtime(const struct inode *inode)
{
	const struct inode___6_11 *split = (const void *)inode;
	const struct inode___6_7 *renamed = (const void *)inode;

	if (bpf_core_field_exists(split->i_mtime_sec))
		return nanoseconds(PROBE(split, i_mtime_sec), PROBE(split, i_mtime_nsec));
	if (bpf_core_field_exists(renamed->__i_mtime))
		return nanoseconds(PROBE(renamed, __i_mtime.tv_sec), PROBE(renamed, __i_mtime.tv_nsec));
	return nanoseconds(PROBE(inode, i_mtime.tv_sec), PROBE(inode, i_mtime.tv_nsec));
}

/* From 6.13 bit 31 of the nanoseconds says that the time was asked for; it is not part of the time. */
static __always_inline __u64 inode_ctime(const struct inode *inode)
{
	const struct inode___6_11 *split = (const void *)inode;
	const struct inode___6_6 *renamed = (const void *)inode;

	if (bpf_core_field_exists(split->i_ctime_sec))
		return nanoseconds(PROBE(split, i_ctime_sec), PROBE(split, i_ctime_nsec) & 0x7fffffff);
	if (bpf_core_field_exists(renamed->__i_ctime))
		return nanoseconds(PROBE(renamed, __i_ctime.tv_sec), PROBE(renamed, __i_ctime.tv_nsec));
	return nanoseconds(PROBE(inode, i_ctime.tv_sec), PROBE(inode, i_ctime.tv_nsec));
}

/* ---- the rest ---- */

static __always_inline __u32 controlling_tty(struct task_struct *task)
{
	struct tty_struct *tty = PROBE(task, signal, tty);
	__u32 major, minor;

	if (!tty)
		return 0;
	major = PROBE(tty, driver, major);
	minor = PROBE(tty, driver, minor_start) + PROBE(tty, index);
	return encode_dev(major << 20 | minor);
}

static __always_inline void put_comm(struct scratch *s, struct task_struct *task)
{
	long length = bpf_probe_read_kernel_str(put_here(s), sizeof(task->comm), &task->comm);

	put_length(s, length > 0 ? length : 0);
}

/* tid, pid, ptid, cwd (see CONTEXT_FILE), fdlimit, page faults, memory, comm, cgroups: the same in exec and clone. */
SHARED_CODE void put_process(struct scratch *s, struct task_struct *task)
{
	put_s64(s, LOAD(task, pid));
	put_s64(s, LOAD(task, tgid));
	put_s64(s, LOAD(task, real_parent, pid));
	put_empty(s);
	put_u64(s, PROBE(task, signal, rlim[RLIMIT_NOFILE].rlim_cur));
	put_u64(s, LOAD(task, maj_flt));
	put_u64(s, LOAD(task, min_flt));
	put_memory(s, PROBE(task, mm));
	put_comm(s, task);
	put_cgroups(s, PROBE(task, cgroups));
}

#endif
