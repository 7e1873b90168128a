/* SPDX-License-Identifier: Dual MIT/GPL */
/* sendto, recvfrom, sendmsg, recvmsg, sendmmsg, recvmmsg */

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

HANDLER_FUNCTION(sys_sendto)
{
	record_begin(s, 31, 5, FAMILY_rest);
	put_s64(s, s->ret);
	put_bytes(s, s->args[1], data_limit(written(s, (__u32)s->args[2])));
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

	record_begin(s, 35, 5, FAMILY_rest);
	put_s64(s, s->ret);
	put_read_bytes(s, s->args[1]);
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

	record_begin(s, 49, 5, FAMILY_rest);
	put_s64(s, s->ret);
	if (!read_message(s, s->args[1], &message)) {
		count_fault(s);
		put_empty(s);
		put_int(s, s->args[0]);
		put_empty(s);
		put_empty(s);
		return true;
	}
	size = put_vectors(message.vectors, message.vector_count, data_limit(written(s, -1)));
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

	record_begin(s, 53, 6, FAMILY_rest);
	put_s64(s, s->ret);
	put_u32(s, s->ret < 0 ? 0 : s->ret);
	if (s->ret < 0 || !read_message(s, s->args[1], &message)) {
		put_empty(s);
		put_empty(s);
		put_empty(s);
	} else {
		put_vectors(message.vectors, message.vector_count, data_limit(s->ret));
		put_tuple(s, s->args[0], INBOUND, message.name, message.name_length);
		put_bytes(s, message.control, message.control_length);
	}
	put_int(s, s->args[0]);
	return true;
}

/* ---- sendmmsg, recvmmsg: one record for each message, and one that says that none went through ---- */

#define MAX_MESSAGES 16

/* A mmsghdr is a msghdr with the bytes that were sent or received behind it. */
static __always_inline __u64 message_at(struct scratch *s, __u32 index)
{
	return s->args[1] + index * (s->compat ? 32 : 64);
}

__attribute__((noinline)) int send_sent_message(__u32 index)
{
	struct scratch *s = scratch_of_cpu();
	struct message message;
	__u64 at, length;
	__u32 *size;

	if (!s)
		return 0;
	at = message_at(s, index);
	length = user_u32(s, at + (s->compat ? 28 : 56));
	record_begin(s, 51, 5, FAMILY_rest);
	put_u64(s, length);
	put_int(s, s->args[0]);
	if (!read_message(s, at, &message)) {
		count_fault(s);
		put_u32(s, 0);
		put_empty(s);
		put_empty(s);
	} else {
		size = (__u32 *)put_here(s);
		put_u32(s, 0);
		*size = put_vectors(message.vectors, message.vector_count, data_limit(length));
		put_tuple(s, s->args[0], OUTBOUND, message.name, message.name_length);
	}
	record_finish(s, current_task());
	return 0;
}

__attribute__((noinline)) int send_received_message(__u32 index)
{
	struct scratch *s = scratch_of_cpu();
	struct message message;
	__u64 at, length;

	if (!s)
		return 0;
	at = message_at(s, index);
	length = user_u32(s, at + (s->compat ? 28 : 56));
	record_begin(s, 55, 6, FAMILY_rest);
	put_u64(s, length);
	put_int(s, s->args[0]);
	put_u32(s, length);
	if (!read_message(s, at, &message)) {
		count_fault(s);
		put_empty(s);
		put_empty(s);
		put_empty(s);
	} else {
		put_vectors(message.vectors, message.vector_count, data_limit(length));
		put_tuple(s, s->args[0], INBOUND, message.name, message.name_length);
		put_bytes(s, message.control, message.control_length & 0xffff);
	}
	record_finish(s, current_task());
	return 0;
}

HANDLER_FUNCTION(sys_sendmmsg)
{
	__u32 i;

	if (s->ret > 0) {
		for (i = 0; i < MAX_MESSAGES && i < s->ret; i++)
			send_sent_message(i);
		return false;
	}
	record_begin(s, 51, 5, FAMILY_rest);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_u32(s, 0);
	put_empty(s);
	put_empty(s);
	return true;
}

HANDLER_FUNCTION(sys_recvmmsg)
{
	__u32 i;

	if (s->ret > 0) {
		for (i = 0; i < MAX_MESSAGES && i < s->ret; i++)
			send_received_message(i);
		return false;
	}
	record_begin(s, 55, 6, FAMILY_rest);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_u32(s, 0);
	put_empty(s);
	put_empty(s);
	put_empty(s);
	return true;
}
