/* SPDX-License-Identifier: Dual MIT/GPL */
/* Facts of files, and the flags of opening them in the numbering of the event table (reference events.md 5.8). */
#ifndef FALCO_FILE_H
#define FALCO_FILE_H

#define O_ACCMODE 3
#define O_CREAT 0x40
#define O_EXCL 0x80
#define O_TRUNC 0x200
#define O_APPEND 0x400
#define O_NONBLOCK 0x800
#define O_DSYNC 0x1000
#define O_CLOEXEC 0x80000
#define O_SYNC_BIT 0x100000
#define O_TMPFILE_BIT 0x400000
#if defined(__TARGET_ARCH_arm64)
#define O_DIRECTORY 0x4000
#define O_DIRECT 0x10000
#define O_LARGEFILE 0x20000
#else
#define O_DIRECT 0x4000
#define O_LARGEFILE 0x8000
#define O_DIRECTORY 0x10000
#endif

#define OPEN_CREATED 0x4000
#define OPEN_UPPER 0x8000
#define OPEN_LOWER 0x10000

/*
 * Each kernel bit for itself: O_TMPFILE and O_SYNC are shown when their own bit is set, not for every O_DIRECTORY and
 * O_DSYNC, whose bits they include.
 */
static __always_inline __u32 open_flags(__u32 flags)
{
	__u32 out = (flags & O_ACCMODE) == 1 ? 2 : (flags & O_ACCMODE) == 2 ? 3 : 1;

	out |= flags & O_CREAT ? 0x4 : 0;
	out |= flags & O_APPEND ? 0x8 : 0;
	out |= flags & O_DSYNC ? 0x10 : 0;
	out |= flags & O_EXCL ? 0x20 : 0;
	out |= flags & O_NONBLOCK ? 0x40 : 0;
	out |= flags & O_SYNC_BIT ? 0x80 : 0;
	out |= flags & O_TRUNC ? 0x100 : 0;
	out |= flags & O_DIRECT ? 0x200 : 0;
	out |= flags & O_DIRECTORY ? 0x400 : 0;
	out |= flags & O_LARGEFILE ? 0x800 : 0;
	out |= flags & O_CLOEXEC ? 0x1000 : 0;
	out |= flags & O_TMPFILE_BIT ? 0x2000 : 0;
	return out;
}

/* O_CLOEXEC, O_NONBLOCK and O_DIRECT of calls that make descriptors (pipe2, dup3, socket, accept4). */
static __always_inline __u32 descriptor_flags(__u32 flags)
{
	return (flags & O_CLOEXEC ? 0x1000 : 0) | (flags & O_NONBLOCK ? 0x40 : 0);
}

static __always_inline __u32 open_mode(__u32 flags, __u32 mode)
{
	return flags & (O_CREAT | O_TMPFILE_BIT) ? mode & 07777 : 0;
}

/* The kernel's dev_t (12 bits major, 20 minor) in the form that stat(2) shows. */
static __always_inline __u32 encode_dev(__u32 dev)
{
	__u32 major = dev >> 20, minor = dev & 0xfffff;

	return (minor & 0xff) | major << 8 | (minor & ~0xffU) << 12;
}

enum layer { LAYER_NONE, LAYER_UPPER, LAYER_LOWER };

/* Where overlayfs has the file: its private inode keeps the upper dentry right behind the VFS inode. */
static __always_inline enum layer overlay_layer(const struct inode *inode, const struct super_block *super)
{
	struct dentry *upper;

	if (PROBE(super, s_magic) != OVERLAYFS_SUPER_MAGIC)
		return LAYER_NONE;
	upper = READ_AT((struct dentry **)((void *)inode + bpf_core_type_size(struct inode)));
	return upper && PROBE(upper, d_inode, i_ino) ? LAYER_UPPER : LAYER_LOWER;
}

struct opened {
	struct file *file; /* NULL: the call failed, or the file is gone already */
	__u32 dev;
	__u64 ino;
	__u32 flags;       /* OPEN_CREATED, OPEN_UPPER, OPEN_LOWER */
};

/*
 * What the kernel knows of the file that `task`, the current one, has just opened; zeros when it failed. The file's path
 * becomes the record's.
 */
static __always_inline void look_at_opened(struct scratch *s, struct task_struct *task, struct opened *opened)
{
	struct super_block *super;
	struct inode *inode;
	struct file *file;
	enum layer layer;

	__builtin_memset(opened, 0, sizeof(*opened));
	if (s->ret < 0)
		return;
	file = file_of_fd(task, s->ret);
	if (!file) {
		count_fault(s);
		return;
	}
	opened->file = file;
	s->file_mnt = (__u64)PROBE(file, f_path.mnt);
	s->file_dentry = (__u64)PROBE(file, f_path.dentry);
	inode = PROBE(file, f_inode);
	super = PROBE(inode, i_sb);
	opened->dev = encode_dev(PROBE(super, s_dev));
	opened->ino = PROBE(inode, i_ino);
	layer = overlay_layer(inode, super);
	opened->flags = (PROBE(file, f_mode) & FMODE_CREATED ? OPEN_CREATED : 0) |
			(layer == LAYER_UPPER ? OPEN_UPPER : layer == LAYER_LOWER ? OPEN_LOWER : 0);
}

/* The same, called. */
SHARED_CODE void opened_file(struct scratch *s, struct opened *opened)
{
	look_at_opened(s, current_task(), opened);
}

#endif
