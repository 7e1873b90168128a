/* SPDX-License-Identifier: Dual MIT/GPL */
/*
 * close. By far the most frequent call of those that are sent, and its record always has the same size: it is composed
 * in the ring itself, without scratch and without a copy.
 */

struct close_record {
	struct frame frame;
	struct record_header header;
	__u16 lengths[2 + CONTEXT_PARAMS];
	__s64 res;
	__s64 fd;
	struct task_context task;
} __attribute__((packed));

static __always_inline void fill_close(struct close_record *record, __u64 time, struct task_struct *task, __s64 ret,
				       __s32 fd)
{
	STORE(record->frame.length, sizeof(*record));
	STORE(record->frame.cpu, bpf_get_smp_processor_id());
	STORE(record->frame.reserved, 0);
	STORE(record->header.ts, time);
	STORE(record->header.tid, LOAD(task, pid));
	STORE(record->header.length, sizeof(*record) - sizeof(struct frame));
	STORE(record->header.type, 5);
	STORE(record->header.nparams, 2 + CONTEXT_PARAMS);
	STORE(record->lengths[0], sizeof(record->res));
	STORE(record->lengths[1], sizeof(record->fd));
	STORE(record->lengths[2 + CONTEXT_TASK], sizeof(record->task));
	STORE(record->lengths[2 + CONTEXT_FILE], 0);
	STORE(record->lengths[2 + CONTEXT_BASE1], 0);
	STORE(record->lengths[2 + CONTEXT_BASE2], 0);
	STORE(record->res, ret);
	STORE(record->fd, fd);
	fill_task_context((void *)&record->task, task);
}

static __always_inline enum outcome put_close(struct task_struct *task, __s64 ret, __s32 fd)
{
	/* The time first, as the order of the rings needs it (native/addon/ring.cc). */
	__u64 time = record_time();
	struct close_record *record;
	void *ring = ring_of_cpu();

	if (!ring)
		return OUTCOME_dropped_no_ring;
	record = bpf_ringbuf_reserve(ring, sizeof(*record), 0);
	if (!record)
		return OUTCOME_dropped_ring_full;
	fill_close(record, time, task, ret, fd);
	bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
	if (settings.sleeping)
		wake_reader(ring);
	return OUTCOME_submitted;
}

static __always_inline void send_close(struct task_struct *task, __s64 ret, __s32 fd)
{
	count_both(FAMILY_close, put_close(task, ret, fd));
}

/* For closes through an io_uring, whose task may be another one (ring-calls.h). */
HANDLER_FUNCTION(sys_close)
{
	record_begin(s, 5, 2, FAMILY_close);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	return true;
}
