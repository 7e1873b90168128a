/* SPDX-License-Identifier: Dual MIT/GPL */
/*
 * What an io_uring does for a program that made no system call for it: the operations that have one as a counterpart
 * become the event of that call, as if it had been made. Attached while such a call is of interest; Linux 6.0 or newer.
 *
 * The kernel copies paths when an operation is submitted and frees them before it is completed, so they are kept in
 * between. The event is composed at completion, by the function of the call, with the result. An operation that asked
 * for no completion (IOSQE_CQE_SKIP_SUCCESS) has its event at submission and counts as successful; should it fail, the
 * failure does complete, and is an event of its own. A completion that finds no room, since the program does not take
 * those before it, is told without its request: it is found by the ring and the mark that the program gave it.
 */

static __always_inline bool compose_ring_call(struct scratch *s, struct ring_call *call)
{
	__u64 first = (__u64)call->text[0], second = (__u64)call->text[1];

	__builtin_memcpy(s->args, call->args, sizeof(s->args));
	switch (call->number) {
	case NR_openat:
		s->args[1] = first;
		return sys_openat();
	case NR_openat2:
		s->args[1] = first;
		s->args[2] = (__u64)&call->how;
		return sys_openat2();
	case NR_unlinkat:
		s->args[1] = first;
		return sys_unlinkat();
	case NR_mkdirat:
		s->args[1] = first;
		return sys_mkdirat();
	case NR_renameat2:
		s->args[1] = first;
		s->args[3] = second;
		return sys_renameat2();
	case NR_linkat:
		s->args[1] = first;
		s->args[3] = second;
		return sys_linkat();
	case NR_symlinkat:
		s->args[0] = first;
		s->args[1] = call->args[2];
		s->args[2] = second;
		return sys_symlinkat();
	case NR_connect:
		s->args[1] = first;
		return sys_connect();
	case NR_accept4:
		return sys_accept4();
	case NR_socket:
		return sys_socket();
	case NR_close:
		return sys_close();
	default:
		return false;
	}
}

/* Composes and sends the event. A worker of the kernel acts for the process: the event is of its first thread. */
static __always_inline void send_ring_call(struct scratch *s, struct ring_call *call, __s64 result)
{
	struct task_struct *task = current_task();
	struct record_header *header = (struct record_header *)&s->data[sizeof(struct frame)];
	__u32 slot = call->slot;

	s->ret = result;
	if (result >= 0 && slot)
		s->ret |= RING_FILE | (slot == ANY_FILE_SLOT ? 0 : slot - 1);
	s->syscall = call->number;
	s->compat = 0;
	s->kept = 1;
	if (!compose_ring_call(s, call)) {
		release_scratch(s);
		return;
	}
	if (LOAD(task, flags) & PF_IO_WORKER)
		task = LOAD(task, group_leader);
	STORE(header->tid, LOAD(task, pid));
	record_finish(s, task);
	release_scratch(s);
}

static __always_inline bool is_opening(__u32 number)
{
	return number == NR_openat || number == NR_openat2 || number == NR_socket || number == NR_accept4;
}

static __always_inline bool has_pointers(__u32 number)
{
	return number != NR_accept4 && number != NR_close && number != NR_socket;
}

/* What was kept of an operation at its submission. */
static __always_inline struct ring_call *kept_call(__u64 request, __u32 number)
{
	struct ring_call *call = bpf_map_lookup_elem(&ring_calls, &request);

	if (call && call->number == number)
		return call;
	call = bpf_map_lookup_elem(&ring_others, &request);
	return call && call->number == number ? call : NULL;
}

static __always_inline int ring_submitted(__u64 request)
{
	struct ring_call *call;
	struct scratch *s;
	bool is_skipped;
	__u32 number;

	if (!is_ring_call_wanted(request, &number))
		return 0;
	s = claim_idle_scratch();
	if (!s)
		return 0;
	call = (struct ring_call *)s->work;
	keep_call(call, request, number, true);
	is_skipped = PROBE((struct io_kiocb *)request, flags) & REQ_F_CQE_SKIP;
	if (!is_skipped && has_pointers(number) && !bpf_map_update_elem(&ring_calls, &request, call, BPF_ANY)) {
		bpf_map_delete_elem(&ring_others, &request);
		release_scratch(s);
		return 0;
	}
	bpf_map_update_elem(&ring_others, &request, call, BPF_ANY);
	/* Of an earlier request at the same place, whose completion was missed. */
	bpf_map_delete_elem(&ring_calls, &request);
	call = is_skipped || has_pointers(number) ? bpf_map_lookup_elem(&ring_others, &request) : NULL;
	if (call) {
		/* The descriptor is not known yet, and 0 is another's. */
		send_ring_call(s, call, is_opening(number) ? RING_FILE_UNKNOWN : 0);
		call->ring = is_skipped ? 0 : call->ring;
		return 0;
	}
	release_scratch(s);
	return 0;
}

TRACEPOINT("io_uring_submit_req")
int ring_submit(__u64 *ctx)
{
	return ring_submitted(TRACEPOINT_ARG(ctx, 0));
}

/* The same, as it was called before 6.4. */
TRACEPOINT("io_uring_submit_sqe")
int ring_submit_sqe(__u64 *ctx)
{
	return ring_submitted(TRACEPOINT_ARG(ctx, 0));
}

static __always_inline void ring_completed(struct scratch *s, struct ring_call *call, __u32 number, __s64 result)
{
	if (call && !is_filtered(interest_of(number), result)) {
		send_ring_call(s, call, result);
	} else {
		count_both(family_of(number), call ? OUTCOME_filtered : OUTCOME_dropped_no_scratch);
		release_scratch(s);
	}
}

TRACEPOINT("io_uring_complete")
int ring_complete(__u64 *ctx)
{
	__u64 request = TRACEPOINT_ARG(ctx, 1);
	struct ring_call *call;
	struct scratch *s;
	__u32 number;
	__s64 result;

	if (!is_ring_call_wanted(request, &number))
		return 0;
	s = claim_idle_scratch();
	if (!s)
		return 0;
	call = kept_call(request, number);
	if (!call) {
		/* Submitted before anybody looked, or too many are under way: what the request itself still says. */
		call = (struct ring_call *)s->work;
		keep_call(call, request, number, false);
		bpf_map_update_elem(&ring_others, &request, call, BPF_ANY);
		call = bpf_map_lookup_elem(&ring_others, &request);
		count_of(FAMILY_rest, OUTCOME_faults);
	}
	result = PROBE((struct io_kiocb *)request, cqe.res);
	ring_completed(s, call, number, result);
	bpf_map_delete_elem(&ring_calls, &request);
	bpf_map_delete_elem(&ring_others, &request);
	return 0;
}

struct overflown {
	__u64 ring, mark;
	__u64 request;
};

static long find_overflown(void *map, const void *key, void *value, void *context)
{
	const struct ring_call *call = value;
	struct overflown *wanted = context;

	(void)map;
	if (call->ring != wanted->ring || call->mark != wanted->mark)
		return 0;
	wanted->request = *(const __u64 *)key;
	return 1;
}

/* Operations that have the same mark may get each other's result. */
TRACEPOINT("io_uring_cqe_overflow")
int ring_overflow(__u64 *ctx)
{
	struct overflown wanted = { .ring = TRACEPOINT_ARG(ctx, 0), .mark = TRACEPOINT_ARG(ctx, 1) };
	__s64 result = (__s32)TRACEPOINT_ARG(ctx, 2);
	struct ring_call *call;
	struct scratch *s;

	bpf_for_each_map_elem(&ring_calls, find_overflown, &wanted, 0);
	call = bpf_map_lookup_elem(&ring_calls, &wanted.request);
	if (!call) {
		bpf_for_each_map_elem(&ring_others, find_overflown, &wanted, 0);
		call = bpf_map_lookup_elem(&ring_others, &wanted.request);
	}
	if (!call)
		return 0;
	s = claim_idle_scratch();
	if (!s)
		return 0;
	ring_completed(s, call, call->number, result);
	bpf_map_delete_elem(&ring_calls, &wanted.request);
	bpf_map_delete_elem(&ring_others, &wanted.request);
	return 0;
}
