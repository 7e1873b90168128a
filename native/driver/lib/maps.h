/* SPDX-License-Identifier: Dual MIT/GPL */
/* Maps and settings of the driver, besides those of scratch.h. Names and layouts for user space are in wire.h. */
#ifndef FALCO_MAPS_H
#define FALCO_MAPS_H

struct ring {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8 * 1024 * 1024);
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
	__array(values, struct ring);
} rings SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, WIRE_SYSCALLS);
	__type(key, __u32);
	__type(value, __u32);
} handlers SEC(".maps");

/* The kernel's flags of the last clone of a thread, by thread id, for parent and child (clone.h). */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, __u64);
} newtask_flags SEC(".maps");

/* Second stage of a handler, filled by libbpf: what is the same for all is in one program, checked once. */
enum stage { STAGE_FINISH, STAGES };
int sys_finish(__u64 *ctx);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, STAGES);
	__type(key, __u32);
	__array(values, int(__u64 *));
} stages SEC(".maps") = { .values = { [STAGE_FINISH] = sys_finish } };

volatile struct settings settings SEC(".data.settings") = { .proc_exit = 1 };

#endif
