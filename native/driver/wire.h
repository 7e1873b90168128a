/* SPDX-License-Identifier: Dual MIT/GPL */
/*
 * The wire contract between the driver and whoever loads it. Readable by BPF C and by C++: plain structs, fixed
 * sizes, no includes (the includer brings __u8 .. __u64 from <linux/types.h> or from lib/kernel.h).
 *
 * A ring sample is one `frame` followed by one event record: `record_header`, `nparams` 16-bit lengths, then the
 * parameters without padding, all little-endian. `nparams` is the count in the event table plus CONTEXT_PARAMS.
 */
#ifndef FALCO_WIRE_H
#define FALCO_WIRE_H

#define WIRE_SYSCALLS 512           /* system call numbers 0 .. 511 of the native 64-bit table */
#define WIRE_MAX_RECORD 65536       /* bytes of frame and record together */
#define WIRE_SCRATCH_BYTES (WIRE_MAX_RECORD + 20480) /* value size of the map `scratch` */

struct frame {
	__u32 length;   /* of the whole sample, these 8 bytes included */
	__u16 cpu;
	__u16 reserved;
};

struct record_header {
	__u64 ts;       /* nanoseconds since the epoch */
	__u64 tid;      /* thread id in the initial pid namespace */
	__u32 length;   /* of header, lengths and parameters */
	__u16 type;     /* event code */
	__u32 nparams;
} __attribute__((packed));

/* The parameters that follow those of the event table on every record: what the kernel knew at that moment. */
enum context_param {
	CONTEXT_TASK,   /* struct task_context */
	CONTEXT_FILE,   /* path of the file that was opened or made (open family, memfd_create,
	                   finit_module); of the cwd for exec, clone and chdir; empty otherwise */
	CONTEXT_BASE1,  /* directory that the first relative path starts from; empty when absolute or absent */
	CONTEXT_BASE2,  /* the same for the second path */
	CONTEXT_PARAMS,
};

struct task_context {
	__u32 tgid;
	__u32 ppid;     /* thread group of the real parent */
	__u32 euid;     /* kernel ids: initial user namespace */
	__u32 egid;
	__u32 loginuid; /* 4294967295: unset */
	__u32 sid;      /* audit session; 4294967295: unset */
	__u64 start_boottime; /* nanoseconds since boot */
	__u64 cgroup_id;      /* of the default hierarchy */
	char comm[16];
};

/*
 * Accounting: one struct per CPU. Of each family of events (those that Falco counts losses of, and the rest), what came
 * of them: always `seen` = `submitted` + `filtered` + all `dropped_*`.
 */
#define WIRE_FAMILIES(X) \
	X(clone_fork) X(execve) X(connect) X(open) X(dir_file) X(other_interest) X(close) X(proc_exit) X(rest)

#define WIRE_OUTCOMES(X) \
	X(seen) X(submitted) \
	X(filtered)           /* not wanted: failed calls with drop_failed_exit, predicates of rules */ \
	X(dropped_ring_full) \
	X(dropped_too_big)    /* record above WIRE_MAX_RECORD */ \
	X(dropped_no_scratch) /* each scratch of this CPU is in use, by programs that were preempted */ \
	X(dropped_preempted)  /* scratch was taken over by another task */ \
	X(dropped_no_ring)    /* no ring for this CPU */ \
	X(faults)             /* reads of user or kernel memory that failed */ \
	X(truncated)          /* strings and buffers cut at their limit */ \
	X(paths_cut)          /* kernel paths deeper or longer than the walk goes */

/* Of the CPU as a whole. */
#define WIRE_COUNTERS(X) \
	X(own)                /* wanted calls of the ignored thread group: what tells it that the driver runs */ \
	X(compat_unmapped)    /* 32-bit or x32 call without a 64-bit counterpart: never an event */

#define X(name) FAMILY_##name,
enum family { WIRE_FAMILIES(X) FAMILIES };
#undef X
#define X(name) OUTCOME_##name,
enum outcome { WIRE_OUTCOMES(X) OUTCOMES };
#undef X
#define X(name) COUNTER_##name,
enum counter { WIRE_COUNTERS(X) COUNTERS };
#undef X

struct stats {
	__u64 families[FAMILIES][OUTCOMES];
	__u64 counters[COUNTERS];
	__u64 apart[8]; /* so that two CPUs do not write to one cache line */
};

/*
 * The bits of a call's interest. Those after the first narrow it: a call that does not satisfy them is counted as
 * `filtered`. One byte, written at once, so that widening and narrowing lose nothing while calls go by.
 */
#define WIRE_SENT 1
#define WIRE_ONLY_SUCCEEDED 2       /* only with a result of 0 or more */
#define WIRE_ALSO_GENERIC 4         /* and once more as the generic event: a call that has the event of another one */
#define WIRE_AS_COMPAT 8            /* 32-bit calls of this number matter: their native counterpart is sent, or there is none */

/* Section .data.settings: changed by user space while the driver runs, through the mapped map. */
struct settings {
	__u8 interest[WIRE_SYSCALLS]; /* by system call number: WIRE_SENT with what narrows it, WIRE_AS_COMPAT; 0: neither */
	__u8 proc_exit;   /* 1 = send procexit (default) */
	__u8 sleeping;    /* 1 = the reader waits on the descriptor: wake it with the next record, which sets 0 */
	__u8 reserved[2];
	__u32 ignore_tgid; /* thread group (initial pid namespace) that is never sent; 0: none */
};

/* Section .rodata.constants: set before loading. */
struct constants {
	__u64 boot_offset_ns;  /* CLOCK_REALTIME - CLOCK_BOOTTIME */
	__u32 cpus_per_ring;   /* ring of a CPU = cpu / cpus_per_ring; 0: one ring for all */
	__u32 snaplen;         /* bytes of I/O buffers that records carry, at most 65000 */
	__u32 cpus;            /* possible CPUs */
	__u32 scratches;       /* per CPU: 2 where programs may be preempted, else 1 */
};

/*
 * Names that the loader looks up.
 *   rings     ARRAY_OF_MAPS of RINGBUF: loader sets max_entries (rings), the inner size, and fills it
 *   scratch   ARRAY, `scratches` elements per possible CPU: loader sets max_entries
 *   stats     ARRAY of struct stats, one element per possible CPU: loader sets max_entries
 */
#define WIRE_MAP_RINGS "rings"
#define WIRE_MAP_SCRATCH "scratch"
#define WIRE_MAP_STATS "stats"
#define WIRE_MAP_SETTINGS ".data.settings"
#define WIRE_MAP_CONSTANTS ".rodata.constants"

/*
 * Programs that are attached, in this order. On x86_64 a child is seen where
 * its clone returns, elsewhere by task_fork.
 */
#if defined(__x86_64__)
#define WIRE_ATTACHED(X) X(task_new) X(exec_done) X(task_exit) X(dispatch)
#else
#define WIRE_ATTACHED(X) X(task_new) X(exec_done) X(task_exit) X(task_fork) X(dispatch)
#endif
/*
 * Programs that take the place of others where those may be preempted: X(program, the one on perf's tracepoint, the
 * tracepoint's folder below events/ in tracefs).
 */
#define WIRE_PERF(X) \
	X(exec_done, exec_perf, "sched/sched_process_exec") X(task_exit, exit_perf, "sched/sched_process_exit") \
	X(dispatch, dispatch_perf, "raw_syscalls/sys_exit")
/*
 * Programs that are attached only while their events are asked for: X(program, what asks for it: a tracepoint by its
 * name in the table of system calls, or io_uring). A kernel without the tracepoint goes without it.
 */
#define WIRE_OPTIONAL(X) \
	X(signal_deliver, signal_deliver) X(task_switch, sched_switch) \
	X(page_fault_user, page_fault_user) X(page_fault_kernel, page_fault_kernel) \
	X(ring_submit, io_uring) X(ring_submit_sqe, io_uring) X(ring_complete, io_uring) \
	X(ring_overflow, io_uring)
/* Run once by the loader, in its own context: stores the caller's thread group in `ignore_tgid`. */
#define WIRE_PROGRAM_IGNORE_SELF "ignore_self"

/* Programs of falco.iter.bpf.o; each read of the iterator gives frames, not padded, one after another. */
#define WIRE_ITER_TASK "iter_task"
#define WIRE_ITER_TASK_FILE "iter_task_file"

#endif
