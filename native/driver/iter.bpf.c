/* SPDX-License-Identifier: Dual MIT/GPL */
/*
 * What was there before the driver: all tasks and their files, from the kernel's own tables. An object of its own, so
 * that a kernel without these iterators only loses the scan.
 *
 * Out: frames as in the rings, written one after another to the iterator's seq file, a whole frame or nothing. Records
 * have the parameters of the event table only; ts is 0 and tid is thread group << 32 | thread.
 */
#define ITERATORS
#define FLAVOR_TP_BTF
#include "lib/kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#include "wire.h"
#include "lib/scratch.h"
#include "lib/flavor.h"
#include "lib/record.h"
#include "lib/string.h"
#include "lib/path.h"
#include "lib/file.h"
#include "lib/cgroup.h"
#include "lib/process.h"
#include "lib/socket.h"

#define ITERATED(type, params) iterated(s, task, type, params)

static __always_inline void iterated(struct scratch *s, struct task_struct *task, __u16 type, __u32 params)
{
	struct record_header *header = record_layout(s, type, params);

	header->ts = 0;
	header->tid = (__u64)(__u32)task->tgid << 32 | (__u32)task->pid;
}

static __always_inline void write_record(struct scratch *s, struct seq_file *seq)
{
	struct frame *frame = (struct frame *)&s->data[0];
	struct record_header *header = (struct record_header *)&s->data[sizeof(struct frame)];
	__u64 length = s->position;

	if (length > WIRE_MAX_RECORD - 1) {
		count_of(FAMILY_rest, OUTCOME_dropped_too_big);
		return;
	}
	frame->length = length;
	frame->cpu = 0;
	frame->reserved = 0;
	header->length = length - sizeof(struct frame);
	bpf_seq_write(seq, s->data, BOUND(length, WIRE_MAX_RECORD - 1));
}

#include "iter-task.h"
#include "iter-file.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";
