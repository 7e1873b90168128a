/* SPDX-License-Identifier: Dual MIT/GPL */
/*
 * The driver is built twice from the same sources. FLAVOR_TP_BTF: BTF-typed tracepoints, whose pointers are loaded
 * from directly (kernels with BTF, 5.11 and newer). Otherwise raw tracepoints, where every read is a probe.
 *
 * LOAD(pointer, member...) reads through a pointer that came from the context, from current_task() or from another
 * LOAD. PROBE(pointer, member...) reads through any kernel address, in both flavours.
 */
#ifndef FALCO_FLAVOR_H
#define FALCO_FLAVOR_H

#define PROBE(pointer, ...) BPF_CORE_READ(pointer, __VA_ARGS__)

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
#else
#define TRACEPOINT(name) SEC("raw_tp/" name)
#define LOAD(pointer, ...) BPF_CORE_READ(pointer, __VA_ARGS__)
static __always_inline struct task_struct *current_task(void)
{
	return (struct task_struct *)bpf_get_current_task();
}
#endif

/*
 * A function that is called, not copied into its callers, where it is long or used by many: the program has to stay
 * short enough for kernels without a compiler for BPF, which reach a callee by 16 bits of distance (loader.cc).
 */
#define SHARED_CODE static __attribute__((noinline))

/* Argument n of a tracepoint, for both flavours. */
#define TRACEPOINT_ARG(ctx, n) ((ctx)[n])

#endif
