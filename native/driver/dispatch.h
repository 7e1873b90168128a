/* SPDX-License-Identifier: Dual MIT/GPL */
/*
 * Every system call comes by here when it returns. Cheap first: number, 32-bit or not, interest; then the arguments
 * are laid out for the handler, the handler composes the record, and the record is sent.
 */
#ifndef FALCO_DISPATCH_H
#define FALCO_DISPATCH_H

#if defined(__TARGET_ARCH_x86)

#define TS_COMPAT 2
#define IA32_UMOUNT 22

static __always_inline bool is_compat(struct task_struct *task)
{
	return LOAD(task, thread_info.status) & TS_COMPAT;
}

static __always_inline __u32 syscall_number(struct pt_regs *regs)
{
	return LOAD(regs, orig_ax);
}

static __always_inline void native_arguments(struct scratch *s, struct pt_regs *regs)
{
	s->args[0] = LOAD(regs, di);
	s->args[1] = LOAD(regs, si);
	s->args[2] = LOAD(regs, dx);
	s->args[3] = LOAD(regs, r10);
	s->args[4] = LOAD(regs, r8);
	s->args[5] = LOAD(regs, r9);
}

#define SOCKETCALLS (sizeof(socketcall_to_native) / sizeof(socketcall_to_native[0]))

/* socketcall numbers its calls from 1 and keeps their arguments in user memory; -1: not a call of 64-bit tables. */
static __always_inline __s32 socketcall_number(__u32 call)
{
	return call < SOCKETCALLS ? socketcall_to_native[call] : -1;
}

static __always_inline __s32 compat_number(struct pt_regs *regs)
{
	__u32 number = syscall_number(regs);

	if (number >= WIRE_SYSCALLS)
		return -1;
	if (number == IA32_SOCKETCALL)
		return socketcall_number(LOAD(regs, bx));
	return ia32_to_native[number & (WIRE_SYSCALLS - 1)];
}

static __always_inline __u64 native_first(struct pt_regs *regs)
{
	return LOAD(regs, di);
}

static __always_inline __u64 compat_first(struct pt_regs *regs)
{
	return (__u32)LOAD(regs, bx);
}

static __always_inline void compat_arguments(struct scratch *s, struct pt_regs *regs)
{
	__u32 number = syscall_number(regs);

	s->args[0] = (__u32)LOAD(regs, bx);
	s->args[1] = (__u32)LOAD(regs, cx);
	s->args[2] = (__u32)LOAD(regs, dx);
	s->args[3] = (__u32)LOAD(regs, si);
	s->args[4] = (__u32)LOAD(regs, di);
	s->args[5] = (__u32)LOAD(regs, bp);
	if (number == IA32_UMOUNT) {
		s->args[1] = 0;
	} else if (number == IA32_SOCKETCALL) {
		__u32 call = s->args[0];
		__u32 words[6] = {};

		/* Short calls have fewer words, and the rest may lie beyond the end of mapped memory. */
		if (bpf_probe_read_user(words, sizeof(words), (void *)s->args[1]) &&
		    bpf_probe_read_user(words, 3 * sizeof(__u32), (void *)s->args[1]))
			count_of(FAMILY_rest, OUTCOME_faults);
		s->args[0] = words[0];
		s->args[1] = words[1];
		s->args[2] = words[2];
		s->args[3] = words[3];
		s->args[4] = call == 9 || call == 10 ? 0 : words[4];
		s->args[5] = call == 9 || call == 10 ? 0 : words[5];
	}
}

#elif defined(__TARGET_ARCH_arm64)

#define TIF_32BIT (1 << 22)

static __always_inline bool is_compat(struct task_struct *task)
{
	return !!(LOAD(task, thread_info.flags) & TIF_32BIT);
}

static __always_inline __u32 syscall_number(struct pt_regs *regs)
{
	return LOAD(regs, syscallno);
}

static __always_inline void native_arguments(struct scratch *s, struct pt_regs *regs)
{
	s->args[0] = LOAD(regs, orig_x0);
	s->args[1] = LOAD(regs, user_regs.regs[1]);
	s->args[2] = LOAD(regs, user_regs.regs[2]);
	s->args[3] = LOAD(regs, user_regs.regs[3]);
	s->args[4] = LOAD(regs, user_regs.regs[4]);
	s->args[5] = LOAD(regs, user_regs.regs[5]);
}

static __always_inline __s32 compat_number(struct pt_regs *regs)
{
	(void)regs;
	return -1;
}

static __always_inline __u64 native_first(struct pt_regs *regs)
{
	return LOAD(regs, orig_x0);
}

static __always_inline __u64 compat_first(struct pt_regs *regs)
{
	return native_first(regs);
}

static __always_inline void compat_arguments(struct scratch *s, struct pt_regs *regs)
{
	native_arguments(s, regs);
}

#endif

/* Calls the handler of a system call; returns whether there is a record to send. */
static __always_inline bool compose(__u32 number)
{
	switch (number) {
#define HANDLER(name, x86_64, arm64, code, function) \
	case NR_##name: \
		return function();
		HANDLERS(HANDLER)
#undef HANDLER
	default:
		return sys_generic();
	}
}

/* Most calls end here, whoever makes them: nothing is called before. `number`: as the caller gave it. */
static __always_inline bool is_unwanted(__u32 number)
{
	return !interest_of(number) && number < WIRE_SYSCALLS;
}

static __always_inline int on_sys_exit(struct task_struct *task, struct pt_regs *regs, __s32 number, __s64 ret)
{
	__u32 compat = is_compat(task);
	struct scratch *s;
	__u8 interest;

	if (compat)
		number = compat_number(regs);
	if ((__u32)number >= WIRE_SYSCALLS) {
		/* rt_sigreturn and ptrace leave -1 in a native caller's number: not a call that returns. */
		if (compat || number != -1)
			count(COUNTER_compat_unmapped);
		return 0;
	}
	interest = interest_of(number);
	if (!(interest & WIRE_SENT))
		return 0;
	if (settings.ignore_tgid && (__u32)LOAD(task, tgid) == settings.ignore_tgid) {
		/* The daemon makes a call now and then, and looks whether it is counted: that is how it knows that we run. */
		count(COUNTER_own);
		return 0;
	}
	if (is_filtered(interest, ret)) {
		count_both(family_of(number), OUTCOME_filtered);
		return 0;
	}
	if (number == NR_close) {
		send_close(task, ret, compat ? compat_first(regs) : native_first(regs));
		return 0;
	}
	s = claim_scratch(task);
	if (!s) {
		count_both(family_of(number), OUTCOME_dropped_no_scratch);
		return 0;
	}
	s->ret = ret;
	s->syscall = number;
	s->compat = compat;
	s->kept = 0;
	if (compat)
		compat_arguments(s, regs);
	else
		native_arguments(s, regs);
	if (number == NR_openat)
		send_openat(s, task);
	else if (compose(number))
		record_finish(s, task);
	if (interest & WIRE_ALSO_GENERIC && sys_generic())
		record_finish(s, task);
	release_scratch(s);
	return 0;
}

TRACEPOINT("sys_exit")
int dispatch(__u64 *ctx)
{
	struct pt_regs *regs = (struct pt_regs *)TRACEPOINT_ARG(ctx, 0);
	__s32 number = syscall_number(regs);

	return is_unwanted(number) ? 0 : on_sys_exit(current_task(), regs, number, TRACEPOINT_ARG(ctx, 1));
}

PERF_TRACEPOINT("raw_syscalls/sys_exit")
int dispatch_perf(struct perf_sys_exit *ctx)
{
	__s32 number = ctx->number;
	struct task_struct *task;

	if (is_unwanted(number))
		return PERF_GOES_ON;
	task = bpf_get_current_task_btf();
	on_sys_exit(task, (struct pt_regs *)bpf_task_pt_regs(task), number, ctx->ret);
	return PERF_GOES_ON;
}

#endif
