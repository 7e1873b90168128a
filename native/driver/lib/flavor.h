/* SPDX-License-Identifier: Dual MIT/GPL */
/*
 * The driver is built three times from the same sources. FLAVOR_TP_BTF: BTF-typed tracepoints, whose pointers are
 * loaded from directly (kernels from 5.11). FLAVOR_CAST: these, and direct loads from any other address, too (from 6.2).
 * Neither: raw tracepoints, where every read is a probe.
 *
 * LOAD(pointer, member...) reads through a pointer that came from the context, from current_task() or from another
 * LOAD. PROBE(pointer, member...) reads through any kernel address, READ_AT(address) one number or pointer there.
 */
#ifndef FALCO_FLAVOR_H
#define FALCO_FLAVOR_H

#ifdef FLAVOR_CAST
extern void *bpf_rdonly_cast(const void *object, __u32 type) __ksym;

/*
 * The kernel takes any address for one of a structure that it knows, and lets it be loaded from: a load that faults
 * gives 0. A structure that begins with a plain 64-bit number makes a plain number of whatever is there; with the
 * pointer's own type the verifier would follow pointers, where functions of their own and the scratch want numbers.
 */
#define READ_AT(address) \
	(*(volatile typeof(*(address)) *)bpf_rdonly_cast((address), bpf_core_type_id_kernel(struct timespec64)))
#define PROBE_1(p, a) READ_AT(&(p)->a)
#define PROBE_2(p, a, b) PROBE_1(PROBE_1(p, a), b)
#define PROBE_3(p, a, b, c) PROBE_1(PROBE_2(p, a, b), c)
#define PROBE_N(_1, _2, _3, n, ...) n
#define PROBE(pointer, ...) PROBE_N(__VA_ARGS__, PROBE_3, PROBE_2, PROBE_1)(pointer, __VA_ARGS__)
#else
#define READ_AT(address) ({ \
	typeof(*(address)) value__; \
	bpf_probe_read_kernel(&value__, sizeof(value__), address); \
	value__; })
#define PROBE(pointer, ...) BPF_CORE_READ(pointer, __VA_ARGS__)
#endif

#ifdef FLAVOR_TP_BTF
#define TRACEPOINT(name) SEC("tp_btf/" name)
#define LOAD_1(p, a) ((p)->a)
#define LOAD_2(p, a, b) ((p)->a->b)
#define LOAD_3(p, a, b, c) ((p)->a->b->c)
#define LOAD_4(p, a, b, c, d) ((p)->a->b->c->d)
#define LOAD_N(_1, _2, _3, _4, n, ...) n
#define LOAD(pointer, ...) LOAD_N(__VA_ARGS__, LOAD_4, LOAD_3, LOAD_2, LOAD_1)(pointer, __VA_ARGS__)
static __always_inline struct task_struct *current_task(void)
{
	return bpf_get_current_task_btf();
}
/* Process and thread of `task`, the current one, as bpf_get_current_pid_tgid gives them: two loads, not a call. */
static __always_inline __u64 own_id(struct task_struct *task)
{
	return (__u64)(__u32)task->tgid << 32 | (__u32)task->pid;
}
#else
#define TRACEPOINT(name) SEC("raw_tp/" name)
#define LOAD(pointer, ...) BPF_CORE_READ(pointer, __VA_ARGS__)
static __always_inline struct task_struct *current_task(void)
{
	return (struct task_struct *)bpf_get_current_task();
}
static __always_inline __u64 own_id(struct task_struct *task)
{
	(void)task;
	return bpf_get_current_pid_tgid();
}
#endif

/*
 * The same tracepoint by way of perf, which runs programs with preemption off on every kernel. It costs each event some
 * 50 ns more, and gives fields (struct perf_…) in place of pointers. Used where programs on plain tracepoints may be
 * preempted (from 7.0): while one is, the kernel leaves out all other runs of it on that CPU, and whoever spins in cheap
 * calls could hide what happens beside him.
 */
#define PERF_TRACEPOINT(name) SEC("tp/" name)

/* What such a program returns: 0 would keep the event from everybody else who has perf count or record it. */
#define PERF_GOES_ON 1

struct perf_sys_exit {
	__u64 common;
	__s64 number;
	__s64 ret;
};

struct perf_exec {
	__u64 common;
	__u32 filename; /* offset from the beginning, in 16 bits; then the length */
	__s32 pid;
	__s32 old_pid;
};

/*
 * A function that is called, not copied into its callers, where it is long or used by many: the program has to stay
 * short enough for kernels without a compiler for BPF, which reach a callee by 16 bits of distance (loader.cc).
 */
#define SHARED_CODE static __attribute__((noinline))

/* Argument n of a tracepoint, for both flavours. */
#define TRACEPOINT_ARG(ctx, n) ((ctx)[n])

#endif
