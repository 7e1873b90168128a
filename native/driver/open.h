/* SPDX-License-Identifier: Dual MIT/GPL */
/* open, openat, openat2, creat, open_by_handle_at */

HANDLER_FUNCTION(sys_open)
{
	__u32 flags = s->args[1];
	struct opened opened;

	record_begin(s, 3, 6, FAMILY_open);
	opened_file(s, &opened);
	put_s64(s, s->ret);
	put_path(s, s->args[0]);
	put_u32(s, open_flags(flags) | opened.flags);
	put_u32(s, open_mode(flags, s->args[2]));
	put_u32(s, opened.dev);
	put_u64(s, opened.ino);
	return true;
}

/*
 * openat: of the calls whose records are composed in the scratch by far the most frequent. So its parameters go to fixed
 * places before and behind the path, and functions that others call are written out.
 */
#define OPENAT_PARAMS 7
#define OPENAT_PATH 2

struct openat_start {
	__s64 res;
	__s64 dirfd;
} __attribute__((packed));

struct openat_end {
	__u32 flags;
	__u32 mode;
	__u32 dev;
	__u64 ino;
} __attribute__((packed));

/* Returns where the next parameter goes. */
static __always_inline __u32 put_openat(struct scratch *s, struct task_struct *task)
{
	__u8 *start = &s->data[params_at(OPENAT_PARAMS)], *path = start + sizeof(struct openat_start);
	__u32 flags = s->args[2], length;
	struct openat_end *end;
	struct opened opened;

	record_start(s, 307, OPENAT_PARAMS, FAMILY_open);
	STORE(((struct openat_start *)start)->res, s->ret);
	STORE(((struct openat_start *)start)->dirfd, (__s32)s->args[0]);
	length = copy_string(s, path, s->args[1], PATH_MAX);
	if (length && *path != '/')
		s->base_fd[0] = s->args[0];
	length = BOUND(length, 0x1fff);
	end = (struct openat_end *)(path + length);
	look_at_opened(s, task, &opened);
	STORE(end->flags, open_flags(flags) | opened.flags);
	STORE(end->mode, open_mode(flags, s->args[3]));
	STORE(end->dev, opened.dev);
	STORE(end->ino, opened.ino);
	set_length(s, 0, sizeof(__s64));
	set_length(s, 1, sizeof(__s64));
	set_length(s, OPENAT_PATH, length);
	set_length(s, 3, sizeof(end->flags));
	set_length(s, 4, sizeof(end->mode));
	set_length(s, 5, sizeof(end->dev));
	set_length(s, 6, sizeof(end->ino));
	return params_at(OPENAT_PARAMS) + sizeof(struct openat_start) + length + sizeof(*end);
}

HANDLER_FUNCTION(sys_openat)
{
	s->position = put_openat(s, current_task());
	s->next = OPENAT_PARAMS;
	return true;
}

/* Composes and sends the record, as the handler and record_finish do. */
static __always_inline void send_openat(struct scratch *s, struct task_struct *task)
{
	__u32 position = put_openat(s, task), length = 0;

	fill_task_context((struct task_context *)&s->data[BOUND(position, 0x3fff)], task);
	set_length(s, OPENAT_PARAMS + CONTEXT_TASK, sizeof(struct task_context));
	s->position = position + sizeof(struct task_context);
	if (s->file_dentry)
		length = copy_kernel_path(s, s->file_mnt, s->file_dentry);
	set_length(s, OPENAT_PARAMS + CONTEXT_FILE, length);
	s->position += length;
	s->next = OPENAT_PARAMS + CONTEXT_BASE1;
	put_fd_context(s, s->base_fd[0]);
	put_empty(s);
	send_record(s);
}

static __always_inline __u32 resolve_flags(__u32 resolve)
{
	return (resolve & 0x01 ? 0x10 : 0) | (resolve & 0x02 ? 0x04 : 0) | (resolve & 0x04 ? 0x08 : 0) |
	       (resolve & 0x08 ? 0x01 : 0) | (resolve & 0x10 ? 0x02 : 0) | (resolve & 0x20 ? 0x20 : 0);
}

HANDLER_FUNCTION(sys_openat2)
{
	__u64 how[3] = {}; /* flags, mode, resolve */
	struct opened opened;
	struct file *file;
	__u32 flags;

	record_begin(s, 327, 8, FAMILY_open);
	if (read_given(s, how, sizeof(how), s->args[2]))
		count_fault(s);
	opened_file(s, &opened);
	/* The struct can be rewritten behind our back: how the file is really open, the kernel knows. */
	flags = how[0];
	file = opened.file;
	if (file)
		flags = (flags & (O_CREAT | O_EXCL | O_TRUNC | O_CLOEXEC)) | PROBE(file, f_flags);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_path_at(s, s->args[0], s->args[1]);
	put_u32(s, open_flags(flags) | opened.flags);
	put_u32(s, open_mode(flags, how[1]));
	put_u32(s, resolve_flags(how[2]));
	put_u32(s, opened.dev);
	put_u64(s, opened.ino);
	return true;
}

HANDLER_FUNCTION(sys_creat)
{
	struct opened opened;

	record_begin(s, 59, 6, FAMILY_open);
	opened_file(s, &opened);
	put_s64(s, s->ret);
	put_path(s, s->args[0]);
	put_u32(s, s->args[1] & 07777);
	put_u32(s, opened.dev);
	put_u64(s, opened.ino);
	put_u16(s, opened.flags & OPEN_UPPER ? 1 : opened.flags & OPEN_LOWER ? 2 : 0);
	return true;
}

HANDLER_FUNCTION(sys_open_by_handle_at)
{
	struct opened opened;

	record_begin(s, 337, 6, FAMILY_open);
	opened_file(s, &opened);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_u32(s, open_flags(s->args[2]) | opened.flags);
	put_file_context(s);
	put_u32(s, opened.dev);
	put_u64(s, opened.ino);
	return true;
}
