/* SPDX-License-Identifier: Dual MIT/GPL */
/* signaldeliver: a signal reaches the current task. Attached on demand. */

#define SIGCHLD 17

/* Reasons (si_code) for which the kernel's siginfo names a sender; others keep other things in its place. */
#define SI_USER 0
#define SI_QUEUE (-1)
#define SI_MESGQ (-3)
#define SI_TKILL (-6)

/* The beginning of the kernel's siginfo, which is the same as in user space and part of the binary interface. */
struct signal_info {
	__s32 number, error, code, padding;
	__s32 pid;
};

/* Each signal that somebody sent names its sender; Falco gives some signals 0. As the receiver's namespace sees it. */
static __always_inline __s64 signal_sender(__s32 number, const void *from)
{
	struct signal_info info = {};

	if (bpf_probe_read_kernel(&info, sizeof(info), from))
		return 0;
	if (number == SIGCHLD || info.code == SI_USER || info.code == SI_QUEUE || info.code == SI_MESGQ ||
	    info.code == SI_TKILL)
		return info.pid;
	return 0;
}

TRACEPOINT("signal_deliver")
int signal_deliver(__u64 *ctx)
{
	__s32 number = TRACEPOINT_ARG(ctx, 0);
	const void *info = (const void *)TRACEPOINT_ARG(ctx, 1);
	struct scratch *s = claim_idle_scratch();

	if (!s)
		return 0;
	record_begin(s, 232, 3, FAMILY_rest);
	put_s64(s, signal_sender(number, info));
	put_s64(s, (__u32)bpf_get_current_pid_tgid());
	put_u8(s, number);
	record_finish(s, current_task());
	release_scratch(s);
	return 0;
}
