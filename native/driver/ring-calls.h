/* SPDX-License-Identifier: Dual MIT/GPL */
/*
 * What an io_uring does for a program that made no system call for it: the operations that have one as a counterpart
 * become the event of that call, as if it had been made. Attached while such a call is of interest; Linux 6.0 or newer.
 *
 * The kernel copies paths when an operation is submitted and frees them before it is completed, so they are kept in
 * between. The event is composed at completion, by the function of the call, with the result. An operation that asked
 * for no completion (IOSQE_CQE_SKIP_SUCCESS) has its event at submission and counts as successful; should it fail, the
 * failure does complete, and is an event of its own. A completion that finds no room, since the program does not take
 * those before it, is told without its request: it is found by the ring and the mark that the program gave it. Files that go into the ring's own table of files instead of a
 * descriptor have a descriptor beyond all others: RING_FILE and the place in that table; where the place is not known,
 * the last of all.
 */

#define RING_FILE (1 << 30)
#define RING_FILE_UNKNOWN 0x7fffffff
#define RING_PATH_MAX 512
#define RING_OPERATIONS 512
#define LONGEST_ADDRESS 128
#define REQ_F_FIXED_FILE 1
#define REQ_F_CQE_SKIP (1 << 6)
#define ANY_FILE_SLOT ((__u32)-1)

enum ring_operation {
	RING_ACCEPT = 13,
	RING_CONNECT = 16,
	RING_OPENAT = 18,
	RING_CLOSE = 19,
	RING_OPENAT2 = 28,
	RING_RENAMEAT = 35,
	RING_UNLINKAT,
	RING_MKDIRAT,
	RING_SYMLINKAT,
	RING_LINKAT,
	RING_SOCKET = 45,
};

/* An operation under way: the arguments of the call that stands for it, and what its pointers point to. */
struct ring_call {
	__u64 args[6];
	__u32 number;
	__u32 slot;      /* where an opened file goes in the ring's table, from 1 on; 0: it gets a descriptor */
	struct open_how how;
	__u64 ring;      /* of which ring it is; 0: its event has been sent */
	__u64 mark;      /* what the program calls it */
	__u8 text[2][RING_PATH_MAX]; /* paths, or an address */
};

/*
 * Operations that point to something. When there are too many, further ones are told when they are submitted: what a
 * program has under way must not make it forget the path of an operation that waits.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, RING_OPERATIONS);
	__type(key, __u64);
	__type(value, struct ring_call);
} ring_calls SEC(".maps");

/* Those whose request says nearly all when it is completed, and those that have been told: the oldest give way. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, RING_OPERATIONS);
	__type(key, __u64);
	__type(value, struct ring_call);
} ring_others SEC(".maps");

_Static_assert(sizeof(struct ring_call) <= SCRATCH_WORK, "an operation does not fit where it is composed");

/* The call that stands for an operation; -1: none. */
static __always_inline __s32 ring_call_number(__u8 operation)
{
	switch (operation) {
	case RING_ACCEPT: return NR_accept4;
	case RING_CONNECT: return NR_connect;
	case RING_OPENAT: return NR_openat;
	case RING_CLOSE: return NR_close;
	case RING_OPENAT2: return NR_openat2;
	case RING_RENAMEAT: return NR_renameat2;
	case RING_UNLINKAT: return NR_unlinkat;
	case RING_MKDIRAT: return NR_mkdirat;
	case RING_SYMLINKAT: return NR_symlinkat;
	case RING_LINKAT: return NR_linkat;
	case RING_SOCKET: return NR_socket;
	default: return -1;
	}
}

/* Whether the event of the operation is wanted; then `number` is its call. Before 6.0 requests looked different. */
static __always_inline bool is_ring_call_wanted(__u64 address, __u32 *number)
{
	struct io_kiocb *request = (struct io_kiocb *)address;
	__s32 call;

	if (!bpf_core_field_exists(request->cmd) || !address)
		return false;
	call = ring_call_number(PROBE(request, opcode));
	if (call < 0 || !settings.interest[call & (WIRE_SYSCALLS - 1)])
		return false;
	*number = call;
	return true;
}

/* Where an operation keeps a pointer to the kernel's copy of a path; from 7.0 on it is wrapped. */
#define NAME_OF(type, request, field) \
	(bpf_core_field_exists(((struct type *)0)->field) \
		 ? (const void *)&((struct type *)(request))->field \
		 : (const void *)&((struct type##___7_0 *)(request))->field)

static __always_inline void keep_path(__u8 *text, const void *field)
{
	struct filename *name = NULL;
	long length;

	bpf_probe_read_kernel(&name, sizeof(name), field);
	length = bpf_probe_read_kernel_str(text, RING_PATH_MAX, PROBE(name, name));
	if (length < 0)
		count_of(FAMILY_rest, OUTCOME_faults);
	else if (length == RING_PATH_MAX)
		count_of(FAMILY_rest, OUTCOME_truncated);
}

/*
 * Fills `call` with the arguments that the call `number` would have had. `submitted`: the operation begins, and its
 * paths and its descriptor are still there.
 */
SHARED_CODE void keep_call(struct ring_call *call, __u64 request, __u32 number, bool submitted)
{
	struct io_kiocb *head = (struct io_kiocb *)request;

	__builtin_memset(call, 0, __builtin_offsetof(struct ring_call, text));
	call->text[0][0] = 0;
	call->text[1][0] = 0;
	call->number = number;
	call->ring = (__u64)PROBE(head, ctx);
	call->mark = PROBE(head, cqe.user_data);
	if (submitted)
		call->args[0] = PROBE(head, cqe.fd) | (PROBE(head, flags) & REQ_F_FIXED_FILE ? RING_FILE : 0);
	else
		call->args[0] = -1;
	if (number == NR_openat || number == NR_openat2) {
		struct io_open *open = (struct io_open *)request;

		call->args[0] = PROBE(open, dfd);
		call->slot = PROBE(open, file_slot);
		call->how.flags = PROBE(open, how.flags);
		call->how.mode = PROBE(open, how.mode);
		call->how.resolve = PROBE(open, how.resolve);
		call->args[2] = call->how.flags;
		call->args[3] = call->how.mode;
		if (submitted)
			keep_path(call->text[0], NAME_OF(io_open, request, filename));
	} else if (number == NR_renameat2 || number == NR_linkat || number == NR_symlinkat) {
		struct io_rename *rename = (struct io_rename *)request;

		call->args[0] = PROBE(rename, old_dfd);
		call->args[2] = PROBE(rename, new_dfd);
		call->args[4] = PROBE(rename, flags);
		if (submitted) {
			keep_path(call->text[0], NAME_OF(io_rename, request, oldpath));
			keep_path(call->text[1], NAME_OF(io_rename, request, newpath));
		}
	} else if (number == NR_unlinkat) {
		struct io_unlink *unlink = (struct io_unlink *)request;

		call->args[0] = PROBE(unlink, dfd);
		call->args[2] = PROBE(unlink, flags);
		if (submitted)
			keep_path(call->text[0], NAME_OF(io_unlink, request, filename));
	} else if (number == NR_mkdirat) {
		struct io_mkdir *mkdir = (struct io_mkdir *)request;

		call->args[0] = PROBE(mkdir, dfd);
		call->args[2] = PROBE(mkdir, mode);
		if (submitted)
			keep_path(call->text[0], NAME_OF(io_mkdir, request, filename));
	} else if (number == NR_close) {
		struct io_close *close = (struct io_close *)request;
		__u32 slot = PROBE(close, file_slot);

		call->args[0] = slot ? RING_FILE | (slot - 1) : (__u32)PROBE(close, fd);
	} else if (number == NR_socket) {
		struct io_socket *socket = (struct io_socket *)request;

		call->args[0] = PROBE(socket, domain);
		call->args[1] = PROBE(socket, type);
		call->args[2] = PROBE(socket, protocol);
		call->slot = PROBE(socket, file_slot);
	} else if (number == NR_accept4) {
		struct io_accept *accept = (struct io_accept *)request;

		call->args[3] = PROBE(accept, flags);
		call->slot = PROBE(accept, file_slot);
	} else if (number == NR_connect) {
		struct io_connect *connect = (struct io_connect *)request;
		__u32 length = PROBE(connect, addr_len);

		call->args[2] = length;
		if (length > LONGEST_ADDRESS)
			length = LONGEST_ADDRESS;
		if (bpf_probe_read_user(call->text[0], BOUND(length, 0xff), PROBE(connect, addr)))
			count_of(FAMILY_connect, OUTCOME_faults);
	}
}

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
	if (call && !is_filtered(settings.interest[number & (WIRE_SYSCALLS - 1)], result)) {
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
