/* SPDX-License-Identifier: Dual MIT/GPL */
/* Strings and buffers from user memory, and the paths of system calls. */
#ifndef FALCO_STRING_H
#define FALCO_STRING_H

#define PATH_MAX 4096

/* Element `index` of a user array of pointers or sizes; 0 when unreadable. */
static __always_inline __u64 user_pointer(struct scratch *s, __u64 at, __u32 index)
{
	long failed;

	/* Through memory: the verifier then has one case to follow, not one for each width. */
	s->word = 0;
	if (s->compat)
		failed = bpf_probe_read_user(&s->word, 4, (void *)(at + 4 * index));
	else
		failed = bpf_probe_read_user(&s->word, 8, (void *)(at + 8 * index));
	s->faults += !!failed;
	return *(volatile __u64 *)&s->word;
}

/*
 * Copies a string with its NUL, at most `limit` bytes; returns the bytes, negative when it cannot be read. Older
 * kernels (5.10 is one) do not count the NUL of an empty string.
 */
static __always_inline long read_user_string(__u8 *to, __u32 limit, __u64 from)
{
	long length = bpf_probe_read_user_str(to, limit, (void *)from);

	if (length)
		return length;
	*to = 0;
	return 1;
}

/* Copies at most `limit` bytes with the NUL; returns the length, 0 for NULL and what cannot be read. */
static __always_inline __u32 copy_string(struct scratch *s, __u8 *to, __u64 from, __u32 limit)
{
	char last = 0;
	long length;

	if (!from)
		return 0;
	if (s->kept)
		length = bpf_probe_read_kernel_str(to, limit, (void *)from);
	else
		length = read_user_string(to, limit, from);
	if (length < 0) {
		count_fault(s);
		return 0;
	}
	if (length == limit && !s->kept && !bpf_probe_read_user(&last, 1, (void *)(from + limit - 1)) && last)
		count_cut(s);
	return length;
}

/* At most `limit` bytes with the NUL; NULL or unreadable: empty. Returns the length, 0 when empty. */
SHARED_CODE __u32 put_string_limit(struct scratch *s, __u64 from, __u32 limit)
{
	__u32 length = copy_string(s, put_here(s), from, limit);

	put_length(s, length);
	return length;
}

static __always_inline void put_string(struct scratch *s, __u64 from)
{
	put_string_limit(s, from, PATH_MAX);
}

static __always_inline __u32 copy_kernel_string(struct scratch *s, __u8 *to, const char *from)
{
	long length = bpf_probe_read_kernel_str(to, PATH_MAX, from);

	if (length > 0)
		return length;
	count_fault(s);
	return 0;
}

/* Returns the first character. */
static __always_inline __u8 put_kernel_string(struct scratch *s, const char *from)
{
	__u8 *to = put_here(s);
	__u32 length = copy_kernel_string(s, to, from);

	put_length(s, length);
	return length ? *to : 0;
}

/*
 * A path argument that starts at the directory `dirfd` when it is relative; that directory becomes the next base.
 * An empty path (AT_EMPTY_PATH) counts as relative: it names the directory itself.
 */
SHARED_CODE void put_path_at(struct scratch *s, __s32 dirfd, __u64 from)
{
	__u8 *first = put_here(s);
	__u32 base = s->bases;

	s->bases = base + 1;
	if (put_string_limit(s, from, PATH_MAX) && *first != '/') {
		if (base == 0)
			s->base_fd[0] = dirfd;
		else
			s->base_fd[1] = dirfd;
	}
}

static __always_inline void put_path(struct scratch *s, __u64 from)
{
	put_path_at(s, AT_FDCWD, from);
}

/* `size` bytes at `from`, at most 65535; unreadable: empty. */
SHARED_CODE void put_bytes(struct scratch *s, __u64 from, __u64 size)
{
	if (size > WIRE_MAX_RECORD - 1) {
		count_cut(s);
		size = WIRE_MAX_RECORD - 1;
	}
	if (!size || !from) {
		put_empty(s);
		return;
	}
	/* Large data comes early in a record; further on there is no room for it in any case. */
	if (s->position > 0x1fff) {
		count_cut(s);
		put_empty(s);
		return;
	}
	size = BOUND(size, 0xffff);
	if (bpf_probe_read_user(&s->data[BOUND(s->position, 0x1fff)], size, (void *)from)) {
		count_fault(s);
		put_empty(s);
		return;
	}
	put_length(s, size);
}

#endif
