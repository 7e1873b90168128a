/* SPDX-License-Identifier: Dual MIT/GPL */
/* ptrace */

#define PTRACE_PEEKTEXT 1
#define PTRACE_PEEKUSR 3
#define PTRACE_CONT 7
#define PTRACE_SINGLESTEP 9
#define PTRACE_DETACH 17
#define PTRACE_SYSCALL 24

static __always_inline __u16 ptrace_request(__u64 request)
{
	if (request >= 0x4200 && request <= 0x420b)
		return request - 0x4200 + 14;
	if (request <= 9)
		return request + 1;
	switch (request) {
	case 16: return 11;
	case 17: return 12;
	case 24: return 13;
#if defined(__TARGET_ARCH_x86)
	case 12: return 26;
	case 13: return 27;
	case 14: return 28;
	case 15: return 29;
	case 18: return 30;
	case 19: return 31;
	case 21: return 32;
	case 25: return 33;
	case 26: return 34;
	case 30: return 35;
	case 31: return 36;
	case 32: return 37;
	case 33: return 38;
#endif
	default: return 0;
	}
}

/* A value whose type the first byte tells. */
static __always_inline void put_dynamic_u64(struct scratch *s, __u8 index, __u64 value)
{
	__u8 *to = put_here(s);

	to[0] = index;
	*(__u64 *)(to + 1) = value;
	put_length(s, 9);
}

static __always_inline void put_dynamic_u8(struct scratch *s, __u8 index, __u8 value)
{
	__u8 *to = put_here(s);

	to[0] = index;
	to[1] = value;
	put_length(s, 2);
}

HANDLER_FUNCTION(sys_ptrace)
{
	__u64 request = s->args[0], data = s->args[3];

	record_begin(s, 169, 5, FAMILY_other_interest);
	put_s64(s, s->ret);
	put_dynamic_u64(s, 0, s->ret < 0 ? 0 : s->args[2]);
	if (s->ret < 0) {
		put_dynamic_u64(s, 0, 0);
	} else if (request >= PTRACE_PEEKTEXT && request <= PTRACE_PEEKUSR) {
		__u64 word = 0;

		if (bpf_probe_read_user(&word, sizeof(word), (void *)data))
			count_fault(s);
		put_dynamic_u64(s, 0, word);
	} else if (request == PTRACE_CONT || request == PTRACE_SINGLESTEP || request == PTRACE_DETACH ||
		   request == PTRACE_SYSCALL) {
		put_dynamic_u8(s, 1, data);
	} else {
		put_dynamic_u64(s, 0, data);
	}
	put_u16(s, ptrace_request(request));
	put_int(s, s->args[1]);
	return true;
}
