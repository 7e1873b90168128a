/* SPDX-License-Identifier: Dual MIT/GPL */
/* sendto, recvfrom, sendmsg, recvmsg */

#define MAX_VECTORS 32

/* What of a msghdr is used, widened for 32-bit callers. */
struct message {
	__u64 name, vectors, vector_count, control, control_length;
	__u32 name_length;
};

static __always_inline bool read_message(struct scratch *s, __u64 from, struct message *message)
{
	__builtin_memset(message, 0, sizeof(*message));
	if (s->compat) {
		__u32 words[7] = {};

		if (bpf_probe_read_user(words, sizeof(words), (void *)from))
			return false;
		message->name = words[0];
		message->name_length = words[1];
		message->vectors = words[2];
		message->vector_count = words[3];
		message->control = words[4];
		message->control_length = words[5];
	} else {
		__u64 words[7] = {};

		if (bpf_probe_read_user(words, sizeof(words), (void *)from))
			return false;
		message->name = words[0];
		message->name_length = words[1];
		message->vectors = words[2];
		message->vector_count = words[3];
		message->control = words[4];
		message->control_length = words[5];
	}
	return true;
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

/* Puts up to `limit` bytes of the first 32 elements as one parameter; returns the bytes that those elements have. */
static __always_inline __u32 put_vectors(struct scratch *s, const struct message *message, __u32 limit)
{
	__u32 i;

	s->used = 0;
	s->total = 0;
	s->limit = limit;
	for (i = 0; i < MAX_VECTORS; i++) {
		if (i >= message->vector_count || !message->vectors)
			break;
		put_element(s, message->vectors, i);
	}
	put_length(s, s->used);
	return s->total;
}

static __always_inline __u64 data_limit(__u64 size)
{
	return size < constants.snaplen ? size : constants.snaplen;
}

HANDLER_FUNCTION(sys_sendto)
{
	record_begin(s, 31, 5, COUNTER_ring_full_rest);
	put_s64(s, s->ret);
	put_bytes(s, s->args[1], data_limit(s->ret > 0 ? (__u64)s->ret : (__u32)s->args[2]));
	put_int(s, s->args[0]);
	put_u32(s, s->args[2]);
	if (s->ret < 0)
		put_empty(s);
	else
		put_tuple(s, s->args[0], OUTBOUND, s->args[4], s->args[5]);
	return true;
}

HANDLER_FUNCTION(sys_recvfrom)
{
	__u32 length = 0;

	record_begin(s, 35, 5, COUNTER_ring_full_rest);
	put_s64(s, s->ret);
	if (s->ret > 0)
		put_bytes(s, s->args[1], data_limit(s->ret));
	else
		put_empty(s);
	if (s->ret < 0) {
		put_empty(s);
	} else {
		if (s->args[5])
			bpf_probe_read_user(&length, sizeof(length), (void *)s->args[5]);
		put_tuple(s, s->args[0], INBOUND, s->args[4], length);
	}
	put_int(s, s->args[0]);
	put_u32(s, s->args[2]);
	return true;
}

HANDLER_FUNCTION(sys_sendmsg)
{
	struct message message;
	__u32 size;

	record_begin(s, 49, 5, COUNTER_ring_full_rest);
	put_s64(s, s->ret);
	if (!read_message(s, s->args[1], &message)) {
		count_fault(s);
		put_empty(s);
		put_int(s, s->args[0]);
		put_empty(s);
		put_empty(s);
		return true;
	}
	size = put_vectors(s, &message, data_limit(s->ret > 0 ? s->ret : -1));
	put_int(s, s->args[0]);
	put_u32(s, size);
	if (s->ret < 0)
		put_empty(s);
	else
		put_tuple(s, s->args[0], OUTBOUND, message.name, message.name_length);
	return true;
}

HANDLER_FUNCTION(sys_recvmsg)
{
	struct message message;

	record_begin(s, 53, 6, COUNTER_ring_full_rest);
	put_s64(s, s->ret);
	put_u32(s, s->ret < 0 ? 0 : s->ret);
	if (s->ret < 0 || !read_message(s, s->args[1], &message)) {
		put_empty(s);
		put_empty(s);
		put_empty(s);
	} else {
		put_vectors(s, &message, data_limit(s->ret));
		put_tuple(s, s->args[0], INBOUND, message.name, message.name_length);
		put_bytes(s, message.control, message.control_length);
	}
	put_int(s, s->args[0]);
	return true;
}
