/* SPDX-License-Identifier: Dual MIT/GPL */
/* Data that calls read and write: as much as the snap length allows, from one buffer or from many. */
#ifndef FALCO_BUFFER_H
#define FALCO_BUFFER_H

#define MAX_VECTORS 32

static __always_inline __u64 data_limit(__u64 size)
{
	return size < constants.snaplen ? size : constants.snaplen;
}

/* What a call that writes wants to write when it failed, and what it wrote when it did not. */
static __always_inline __u64 written(struct scratch *s, __u64 requested)
{
	return s->ret > 0 ? (__u64)s->ret : requested;
}

/* What a call has read; nothing when it failed. */
static __always_inline void put_read_bytes(struct scratch *s, __u64 from)
{
	if (s->ret > 0)
		put_bytes(s, from, data_limit(s->ret));
	else
		put_empty(s);
}

/* Adds one element: its length to `total`, its bytes to the parameter until `limit` is reached. */
static __always_inline void put_element(struct scratch *s, __u64 vectors, __u32 index)
{
	__u64 base = user_pointer(s, vectors, 2 * index), length = user_pointer(s, vectors, 2 * index + 1);
	__u32 room = s->limit - s->used, at = s->position + s->used;

	s->total += length;
	if (s->used >= s->limit || !length)
		return;
	if (length > room)
		length = room;
	if (at > 0x1fff || bpf_probe_read_user(&s->data[BOUND(at, 0x1fff)], BOUND(length, 0xffff), (void *)base)) {
		count_fault(s);
		s->limit = 0;
		return;
	}
	s->used += length;
}

/*
 * Puts up to `limit` bytes of the first 32 elements of an array of iovecs as one parameter; returns the bytes that
 * those elements have. A function of its own, checked once by the verifier.
 */
__attribute__((noinline)) __u32 put_vectors(__u64 vectors, __u64 count, __u64 limit)
{
	struct scratch *s = scratch_of_cpu();
	__u32 i;

	if (!s)
		return 0;
	s->used = 0;
	s->total = 0;
	s->limit = limit;
	for (i = 0; i < MAX_VECTORS; i++) {
		if (i >= count || !vectors)
			break;
		put_element(s, vectors, i);
	}
	put_length(s, s->used);
	return s->total;
}

#endif
