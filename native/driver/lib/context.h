/* SPDX-License-Identifier: Dual MIT/GPL */
/* The context parameters that end every record, and sending it. */
#ifndef FALCO_CONTEXT_H
#define FALCO_CONTEXT_H

static __always_inline void put_task_context(struct scratch *s, struct task_struct *task)
{
	struct task_context *context = (struct task_context *)put_here(s);

	context->tgid = LOAD(task, tgid);
	context->ppid = LOAD(task, real_parent, tgid);
	context->euid = LOAD(task, cred, euid.val);
	context->egid = LOAD(task, cred, egid.val);
	context->loginuid = bpf_core_field_exists(task->loginuid) ? LOAD(task, loginuid.val) : (__u32)-1;
	context->sid = bpf_core_field_exists(task->sessionid) ? LOAD(task, sessionid) : (__u32)-1;
	context->start_boottime = LOAD(task, start_boottime);
	context->cgroup_id = bpf_get_current_cgroup_id();
	bpf_get_current_comm(context->comm, sizeof(context->comm));
	put_length(s, sizeof(struct task_context));
}

static __always_inline void record_output(struct scratch *s, enum counter category)
{
	struct frame *frame = (struct frame *)&s->data[0];
	struct record_header *header = (struct record_header *)&s->data[sizeof(struct frame)];
	__u32 cpu = bpf_get_smp_processor_id();
	__u32 ring_index = constants.cpus_per_ring ? cpu / constants.cpus_per_ring : 0;
	__u32 length = s->position;
	void *ring;

	if (length > WIRE_MAX_RECORD) {
		count(COUNTER_dropped_too_big);
		return;
	}
	if (s->owner != bpf_get_current_pid_tgid()) {
		s->owner = 0;
		count(COUNTER_dropped_preempted);
		return;
	}
	ring = bpf_map_lookup_elem(&rings, &ring_index);
	if (!ring) {
		count(COUNTER_dropped_no_ring);
		return;
	}
	frame->length = length;
	frame->cpu = cpu;
	frame->reserved = 0;
	header->length = length - sizeof(struct frame);
	if (bpf_ringbuf_output(ring, s->data, length, settings.sleeping ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP)) {
		count(COUNTER_dropped_ring_full);
		count(category);
		return;
	}
	count(COUNTER_submitted);
}

static __always_inline void record_send(struct scratch *s, enum counter category)
{
	put_task_context(s, current_task());
	put_empty(s);
	put_empty(s);
	put_empty(s);
	record_output(s, category);
}

#endif
