/* SPDX-License-Identifier: Dual MIT/GPL */
/*
 * Paths as the kernel has them: from a file's own dentry up through its mounts to the root of the mount tree, so
 * neither chroot, links, later renames nor user memory can make them lie. A deleted file keeps its last name.
 *
 * Of a path that is too long or too deep the innermost part is kept, behind `...`: were it to begin with a slash, a
 * program in a deep directory could pass for one in /usr/bin.
 *
 * Files outside any mount tree (pipes, sockets, anonymous inodes) have no path; a memfd is `memfd:NAME`.
 */
#ifndef FALCO_PATH_H
#define FALCO_PATH_H

#define NEAR_STEPS 8
#define FAR_STEPS 8
#define FAR_WALKS 11 /* 96 steps in all */
#define NAME_MAX 255

static __always_inline struct mount *mount_of(__u64 mnt)
{
	return (struct mount *)(mnt - bpf_core_field_offset(struct mount, mnt));
}

static __always_inline bool is_memfd(const struct dentry *dentry)
{
	char name[8] = {};

	bpf_probe_read_kernel_str(name, 7, PROBE(dentry, d_name.name));
	return *(__u32 *)name == 0x666d656d /* "memf" */ && name[4] == 'd' && name[5] == ':';
}

/*
 * Whether a file lies outside any mount tree. The kernel makes up names for such files (`pipe:[1]`, `net:[2]`), but for
 * one that was bind-mounted somewhere: that one has the path of the place.
 */
static __always_inline bool is_pathless(const struct vfsmount *mnt, const struct dentry *dentry)
{
	if (PROBE(dentry, d_sb, s_flags) & SB_NOUSER)
		return PROBE(mnt, mnt_root) != dentry;
	return PROBE(dentry, d_op, d_dname) &&
	       (PROBE(dentry, d_parent) != dentry || PROBE(mnt, mnt_root) != dentry);
}

enum step { STEP_ON, STEP_DONE, STEP_FULL, STEP_FAULT };

#define WORD sizeof(__u64)

/* The kernel's struct qstr, whose 16 bytes are the same on every 64-bit kernel. */
struct name {
	__u32 hash;
	__u32 length;
	const void *address;
};

/* What a step needs of a dentry, in the order that it has there; the kernel puts short names right behind d_inode. */
struct dentry_head {
	struct dentry *parent;
	struct name name;
	struct inode *inode;
	__u64 text[2];
};

#ifdef FLAVOR_CAST
static __always_inline void read_head(const struct dentry *dentry, struct dentry_head *head)
{
	head->parent = PROBE(dentry, d_parent);
}

static __always_inline void read_name(const struct dentry *dentry, struct name *name)
{
	name->length = PROBE(dentry, d_name.len);
	name->address = PROBE(dentry, d_name.name);
}

/*
 * A name of up to two words, as most are, without calling for it: the words that end where the name has to end. What
 * they have before the name is 0 and comes to lie before the slash, where the next name will be. The memory of a name has
 * at least 32 bytes, so the first word can be read whole.
 */
static __always_inline bool short_name(const struct dentry *dentry, const struct dentry_head *head, __u64 words[2])
{
	__u32 length = head->name.length;
	__u64 first;

	(void)dentry;
	if (!length || length > 2 * WORD)
		return false;
	first = READ_AT((__u64 *)head->name.address);
	if (length > WORD) {
		words[0] = first << (8 * (2 * WORD - length) & 63);
		words[1] = READ_AT((__u64 *)(head->name.address + length - WORD));
	} else {
		words[0] = 0;
		words[1] = first << (8 * (WORD - length) & 63);
	}
	return true;
}
#else
#define OFFSET_IN_HEAD(member) \
	(bpf_core_field_offset(struct dentry, member) - bpf_core_field_offset(struct dentry, d_parent))

/* All of it by one probe; by two where a kernel was built with another order. */
static __always_inline void read_head(const struct dentry *dentry, struct dentry_head *head)
{
	if (OFFSET_IN_HEAD(d_name) == __builtin_offsetof(struct dentry_head, name) &&
	    OFFSET_IN_HEAD(d_inode) == __builtin_offsetof(struct dentry_head, inode)) {
		if (bpf_probe_read_kernel(head, sizeof(*head), &dentry->d_parent))
			__builtin_memset(head, 0, sizeof(*head));
		return;
	}
	__builtin_memset(head, 0, sizeof(*head));
	head->parent = PROBE(dentry, d_parent);
	bpf_probe_read_kernel(&head->name, sizeof(head->name), &dentry->d_name);
}

static __always_inline void read_name(const struct dentry *dentry, struct name *name)
{
	(void)dentry;
	(void)name;
}

/* The same of a name that came with the head: both words, moved on to where the name has to end. */
static __always_inline bool short_name(const struct dentry *dentry, const struct dentry_head *head, __u64 words[2])
{
	__u32 length = head->name.length, rest;

	if (head->name.address != (void *)dentry + bpf_core_field_offset(struct dentry, d_inode) + WORD ||
	    OFFSET_IN_HEAD(d_inode) != __builtin_offsetof(struct dentry_head, inode) ||
	    OFFSET_IN_HEAD(d_name) != __builtin_offsetof(struct dentry_head, name))
		return false;
	if (!length || length > 2 * WORD)
		return false;
	if (length > WORD) {
		rest = 8 * (2 * WORD - length) & 63;
		words[0] = head->text[0] << rest;
		words[1] = head->text[1] << rest | (rest ? head->text[0] >> ((64 - rest) & 63) : 0);
	} else {
		words[0] = 0;
		words[1] = head->text[0] << (8 * (WORD - length) & 63);
	}
	return true;
}
#endif

/* Puts `name` of `length` bytes with a slash before it in front of what `work` has; STEP_FULL when it does not fit. */
static __always_inline enum step prepend(struct scratch *s, const void *name, __u32 length)
{
	__u32 offset = s->walk_offset;

	if (length + 1 > offset)
		return STEP_FULL;
	offset -= length + 1;
	s->walk_offset = offset;
	offset = BOUND(offset, PATH_MAX - 1);
	s->work[offset] = '/';
	return bpf_probe_read_kernel(&s->work[offset + 1], BOUND(length, NAME_MAX), name) ? STEP_FAULT : STEP_ON;
}

static __always_inline enum step prepend_name(struct scratch *s, const struct dentry *dentry,
					      const struct dentry_head *head)
{
	__u32 length = head->name.length, offset = s->walk_offset;
	__u64 words[2];

	/* Then there is room for the slash, too. */
	if (offset <= 2 * WORD || !short_name(dentry, head, words))
		return prepend(s, head->name.address, length);
	s->walk_offset = offset - length - 1;
	offset = BOUND(offset - 2 * WORD, PATH_MAX - 1);
	AT(__u64, &s->work[offset]) = words[0];
	AT(__u64, &s->work[offset + WORD]) = words[1];
	s->work[BOUND(s->walk_offset, PATH_MAX - 1)] = '/';
	return STEP_ON;
}

/* One step up: a component, or from the root of a mount to the place where it is mounted. */
static __always_inline enum step walk_up(struct scratch *s)
{
	struct dentry *dentry = (struct dentry *)s->walk_dentry;
	struct dentry_head head;

	read_head(dentry, &head);
	if (s->walk_dentry == s->walk_root || dentry == head.parent) {
		struct mount *mount = (struct mount *)s->walk_mount;
		struct mount *above = PROBE(mount, mnt_parent);

		if (above == mount || !above)
			return STEP_DONE;
		s->walk_dentry = (__u64)PROBE(mount, mnt_mountpoint);
		s->walk_mount = (__u64)above;
		s->walk_root = (__u64)PROBE(above, mnt.mnt_root);
		return STEP_ON;
	}
	s->walk_dentry = (__u64)head.parent;
	read_name(dentry, &head.name);
	return prepend_name(s, dentry, &head);
}

/*
 * Some steps more, of a walk that is longer than most. A function of its own: the verifier follows each round of a loop,
 * but checks a function once, and programs are loaded as much sooner.
 */
__attribute__((noinline)) int walk_far(void)
{
	struct scratch *s = scratch_of_cpu();
	enum step step = STEP_ON;
	int i;

	if (!s)
		return STEP_FAULT;
	for (i = 0; i < FAR_STEPS; i++) {
		step = walk_up(s);
		if (step != STEP_ON)
			break;
	}
	return step;
}

#define SHORT_PATH 64

/* Copies what was built: by words when there are few, which takes less than a call. */
static __always_inline void copy_built(struct scratch *s, __u32 offset)
{
	__u8 *to = put_here(s);
	__u32 length = PATH_MAX - offset, at;

	if (length > SHORT_PATH) {
		bpf_probe_read_kernel(to, length, &s->work[offset]);
		return;
	}
	for (at = 0; at < SHORT_PATH; at += sizeof(__u64)) {
		if (at >= length)
			break;
		AT(__u64, to + at) = AT(__u64, &s->work[offset + at]);
	}
}

/* Moves what was built in `work` to the record, at `position`; returns its length. `cut`: its beginning is missing. */
static __always_inline __u32 take_built(struct scratch *s, bool cut)
{
	__u32 offset = s->walk_offset;

	if (offset == PATH_MAX - 1)
		s->work[--offset] = '/';
	if (cut) {
		offset = offset > 3 ? offset - 3 : 0;
		offset = BOUND(offset, PATH_MAX - 1);
		s->work[offset] = '.';
		s->work[offset + 1] = '.';
		s->work[offset + 2] = '.';
		s->paths_cut++;
	}
	offset = BOUND(offset, PATH_MAX - 1);
	s->work[PATH_MAX - 1] = 0;
	copy_built(s, offset);
	return PATH_MAX - offset;
}

/* Copies the path of (mount, dentry) to where the next parameter goes; returns its length, 0: it has none. */
static __always_inline __u32 copy_kernel_path(struct scratch *s, __u64 mnt, __u64 at)
{
	struct dentry *dentry = (struct dentry *)at;
	enum step step = STEP_ON;
	int i;

	if (!mnt || !at)
		return 0;
	if (is_pathless((struct vfsmount *)mnt, dentry)) {
		if (PROBE(dentry, d_parent) != dentry || !is_memfd(dentry))
			return 0;
		return copy_kernel_string(s, put_here(s), (const char *)PROBE(dentry, d_name.name));
	}
	s->walk_dentry = at;
	s->walk_mount = (__u64)mount_of(mnt);
	s->walk_root = (__u64)PROBE((struct vfsmount *)mnt, mnt_root);
	s->walk_offset = PATH_MAX - 1;
	for (i = 0; i < NEAR_STEPS; i++) {
		step = walk_up(s);
		if (step != STEP_ON)
			break;
	}
	for (i = 0; i < FAR_WALKS; i++) {
		if (step != STEP_ON)
			break;
		step = walk_far();
	}
	if (step == STEP_FAULT) {
		count_fault(s);
		return 0;
	}
	return take_built(s, step != STEP_DONE);
}

/*
 * Puts the path of (mount, dentry) as one parameter. A function of its own, checked once by the verifier; its
 * arguments are plain numbers because older kernels allow nothing else.
 */
__attribute__((noinline)) int put_kernel_path(__u64 mnt, __u64 at)
{
	struct scratch *s = scratch_of_cpu();

	if (s)
		put_length(s, copy_kernel_path(s, mnt, at));
	return 0;
}

/* The file behind a descriptor of the current task; NULL when there is none. */
static __always_inline struct file *file_of_fd(struct task_struct *task, __s32 fd)
{
	struct fdtable *table = LOAD(task, files, fdt);

	if (fd < 0 || (__u32)fd >= LOAD(table, max_fds))
		return NULL;
	return READ_AT(LOAD(table, fd) + fd);
}

/* Puts the path of a descriptor or, for AT_FDCWD, of the current directory; empty when there is none. */
__attribute__((noinline)) int put_fd_path(__s32 fd)
{
	struct task_struct *task = current_task();
	struct scratch *s = scratch_of_cpu();
	struct path path = {};

	if (!s)
		return 0;
	if (fd == AT_FDCWD) {
		/* Probed, not loaded: put_kernel_path takes numbers, and the verifier tells them from pointers. */
		path.mnt = PROBE(task, fs, pwd.mnt);
		path.dentry = PROBE(task, fs, pwd.dentry);
	} else {
		struct file *file = file_of_fd(task, fd);

		if (file) {
			path.mnt = PROBE(file, f_path.mnt);
			path.dentry = PROBE(file, f_path.dentry);
		}
	}
	return put_kernel_path((__u64)path.mnt, (__u64)path.dentry);
}

static __always_inline void put_file_path(struct file *file)
{
	put_kernel_path((__u64)PROBE(file, f_path.mnt), (__u64)PROBE(file, f_path.dentry));
}

#endif
