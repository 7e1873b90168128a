/* SPDX-License-Identifier: Dual MIT/GPL */
/* What every object needs: where records are composed, counters, constants. Layouts for user space are in wire.h. */
#ifndef FALCO_SCRATCH_H
#define FALCO_SCRATCH_H

#define SCRATCH_DATA (WIRE_MAX_RECORD + 8192)
#define SCRATCH_WORK 8192

/*
 * Where a CPU composes its record. Programs on tracepoints run with preemption off, so one per CPU is enough; kernels
 * from 7.0 on may preempt them, and there are two (claim_scratch).
 */
struct scratch {
	__u64 owner;        /* pid_tgid of the task that composes; 0: free */
	__s64 ret;          /* result of the system call */
	__u64 args[6];
	__u32 syscall;      /* native 64-bit number */
	__u32 kept;         /* 1: what arguments point to is in the kernel's memory (ring-calls.h) */
	__u32 compat;       /* 1: a 32-bit caller; pointers in user structures are 4 bytes */
	__u32 position;     /* where the next parameter goes in `data` */
	__u32 next;         /* index of the next length */
	__u64 file_mnt;     /* mount and dentry for CONTEXT_FILE, */
	__u64 file_dentry;  /* or 0 and */
	__s32 file_fd;      /* a descriptor or AT_FDCWD; NO_FD: none */
	__s32 base_fd[2];   /* the same for CONTEXT_BASE1 and CONTEXT_BASE2 */
	__u32 bases;
	__u64 walk_dentry;  /* state of a walk up a path; what loops keep here the verifier need not follow */
	__u64 walk_mount;
	__u64 walk_root;
	__u64 word;         /* a pointer or length from a user array */
	__u32 walk_offset;
	__u32 used;         /* state of other loops */
	__u32 limit;
	__u32 total;
	__u32 faults;       /* added to the counters when the record is done */
	__u32 cut;
	__u32 paths_cut;
	__u32 family;       /* enum family of the event */
	__u8 data[SCRATCH_DATA]; /* frame, header, lengths, parameters; the tail beyond WIRE_MAX_RECORD is slack */
	__u8 work[SCRATCH_WORK]; /* paths are built here, from the end */
};

_Static_assert(sizeof(struct scratch) <= WIRE_SCRATCH_BYTES, "scratch does not fit its map value");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, WIRE_SCRATCH_BYTES);
} scratch SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct stats);
} stats SEC(".maps");

const volatile struct constants constants SEC(".rodata.constants") = { .snaplen = 80, .cpus = 1, .scratches = 1 };

#endif
