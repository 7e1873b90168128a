/* SPDX-License-Identifier: Dual MIT/GPL */
/* The context parameters that end every record, and sending it. */
#ifndef FALCO_CONTEXT_H
#define FALCO_CONTEXT_H

static __always_inline void fill_task_context(struct task_context *context, struct task_struct *task)
{
	context->tgid = LOAD(task, tgid);
	context->ppid = LOAD(task, real_parent, tgid);
	context->euid = LOAD(task, cred, euid.val);
	context->egid = LOAD(task, cred, egid.val);
	context->loginuid = bpf_core_field_exists(task->loginuid) ? LOAD(task, loginuid.val) : (__u32)-1;
	context->sid = bpf_core_field_exists(task->sessionid) ? LOAD(task, sessionid) : (__u32)-1;
	context->start_boottime = LOAD(task, start_boottime);
	context->cgroup_id = LOAD(task, cgroups, dfl_cgrp, kn, id);
#ifdef FLAVOR_TP_BTF
	/* Two loads instead of a call. What is behind the NUL has no meaning. */
	((__u64 *)context->comm)[0] = ((__u64 *)task->comm)[0];
	((__u64 *)context->comm)[1] = ((__u64 *)task->comm)[1];
#else
	bpf_probe_read_kernel(context->comm, sizeof(context->comm), &task->comm);
#endif
}

static __always_inline void put_task_context(struct scratch *s, struct task_struct *task)
{
	fill_task_context((struct task_context *)put_here(s), task);
	put_length(s, sizeof(struct task_context));
}

static __always_inline void put_fd_context(struct scratch *s, __s32 fd)
{
	if (fd == NO_FD)
		put_empty(s);
	else
		put_fd_path(fd);
}

static __always_inline void put_file_context(struct scratch *s)
{
	if (s->file_dentry)
		put_kernel_path(s->file_mnt, s->file_dentry);
	else
		put_fd_context(s, s->file_fd);
}

static __always_inline void *ring_of_cpu(void)
{
	__u32 cpu = bpf_get_smp_processor_id();
	__u32 per_ring = constants.cpus_per_ring;
	/* The usual numbers without dividing. */
	__u32 index = per_ring == 1 ? cpu : per_ring == 2 ? cpu >> 1 : per_ring ? cpu / per_ring : 0;

	return bpf_map_lookup_elem(&rings, &index);
}

/*
 * Wakes the reader by a sample that it passes over. Called after the record was submitted, which is a full barrier,
 * while the reader sets `sleeping`, has a barrier, and then looks at the rings: one of the two always sees the other,
 * so no wake-up is lost. It is an interrupt to oneself, so only the first record gives it.
 */
static __always_inline void wake_reader(void *ring)
{
	void *nothing;

	settings.sleeping = 0;
	nothing = bpf_ringbuf_reserve(ring, 8, 0);
	if (nothing)
		bpf_ringbuf_discard(nothing, BPF_RB_FORCE_WAKEUP);
	else
		settings.sleeping = 1; /* full: the reader has enough to see */
}

static __always_inline enum outcome send_bytes(struct scratch *s)
{
	struct frame *frame = (struct frame *)&s->data[0];
	struct record_header *header = (struct record_header *)&s->data[sizeof(struct frame)];
	__u64 length = s->position;
	void *ring;

	if (length > WIRE_MAX_RECORD - 1)
		return OUTCOME_dropped_too_big;
	/* Whoever had it meanwhile may have been preempted, too, and has our bytes now. */
	if (constants.scratches > 1 && s->owner != bpf_get_current_pid_tgid())
		return OUTCOME_dropped_preempted;
	ring = ring_of_cpu();
	if (!ring)
		return OUTCOME_dropped_no_ring;
	frame->length = length;
	frame->cpu = bpf_get_smp_processor_id();
	frame->reserved = 0;
	STORE(header->length, length - sizeof(struct frame));
	if (bpf_ringbuf_output(ring, s->data, BOUND(length, WIRE_MAX_RECORD - 1), BPF_RB_NO_WAKEUP))
		return OUTCOME_dropped_ring_full;
	if (settings.sleeping)
		wake_reader(ring);
	return OUTCOME_submitted;
}

static __always_inline void send_record(struct scratch *s)
{
	enum outcome outcome = send_bytes(s);
	__u64 *row = own_row(s->family);

	if (!row)
		return;
	row[OUTCOME_seen]++;
	row[outcome]++;
	if (s->faults | s->cut | s->paths_cut) {
		row[OUTCOME_faults] += s->faults;
		row[OUTCOME_truncated] += s->cut;
		row[OUTCOME_paths_cut] += s->paths_cut;
	}
}

/* Appends the context of `task` and sends the record. */
static __always_inline void record_finish(struct scratch *s, struct task_struct *task)
{
	put_task_context(s, task);
	put_file_context(s);
	put_fd_context(s, s->base_fd[0]);
	put_fd_context(s, s->base_fd[1]);
	send_record(s);
}

#endif
