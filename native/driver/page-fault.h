/* SPDX-License-Identifier: Dual MIT/GPL */
/* page_fault, of user and of kernel code. Attached on demand. x86 only: other architectures have no such tracepoint. */

#if defined(__TARGET_ARCH_x86)

/* The CPU's error bits, with a bit of its own for each opposite. */
static __always_inline __u32 fault_flags(__u32 error)
{
	return (error & 1 ? 0x1 : 0x2) | (error & 2 ? 0x4 : 0x8) | (error & 4 ? 0x10 : 0x20) |
	       (error & 8 ? 0x40 : 0) | (error & 16 ? 0x80 : 0);
}

static __always_inline int page_fault(__u64 *ctx)
{
	struct pt_regs *regs = (struct pt_regs *)TRACEPOINT_ARG(ctx, 1);
	__u64 address = TRACEPOINT_ARG(ctx, 0);
	__u32 error = TRACEPOINT_ARG(ctx, 2);
	struct scratch *s = claim_idle_scratch();

	if (!s)
		return 0;
	record_begin(s, 290, 3, FAMILY_rest);
	put_u64(s, address);
	put_u64(s, LOAD(regs, ip));
	put_u32(s, fault_flags(error));
	record_finish(s, current_task());
	release_scratch(s);
	return 0;
}

TRACEPOINT("page_fault_user")
int page_fault_user(__u64 *ctx)
{
	return page_fault(ctx);
}

TRACEPOINT("page_fault_kernel")
int page_fault_kernel(__u64 *ctx)
{
	return page_fault(ctx);
}

#endif
