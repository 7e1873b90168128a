/* SPDX-License-Identifier: Dual MIT/GPL */
/* A driver that no verifier takes: the maps are right, the program reads through a pointer that nobody checked. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "../../../native/driver/wire.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__uint(value_size, WIRE_SCRATCH_BYTES);
} scratch SEC(".maps");

struct ring {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
	__array(values, struct ring);
} rings SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct stats);
} stats SEC(".maps");

SEC("raw_tp/sys_exit")
int reads_unchecked_pointer(void *ctx)
{
	/* Not a constant: newer verifiers know that an element of an array is there. */
	__u32 key = bpf_get_prandom_u32();
	struct stats *own = bpf_map_lookup_elem(&stats, &key);

	(void)ctx;
	return (int)own->counters[0];
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
