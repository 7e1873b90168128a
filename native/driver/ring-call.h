/* SPDX-License-Identifier: Dual MIT/GPL */
/*
 * An operation of an io_uring under way: what is kept of it between its submission and its completion. Files that go into
 * the ring's own table of files instead of a descriptor have a descriptor beyond all others: RING_FILE and the place in
 * that table; where the place is not known, the last of all.
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
	if (call < 0 || !is_sent(call))
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
