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

/* The kernel's flags of the last clone of a thread, by thread id, for parent and child (clone.h). */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, __u64);
} newtask_flags SEC(".maps");

volatile struct settings settings SEC(".data.settings") = { .proc_exit = 1 };

#endif
