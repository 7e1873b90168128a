/* SPDX-License-Identifier: Dual MIT/GPL */
/* Numbers and small structures from user memory. What cannot be read is 0, and counted. */
#ifndef FALCO_USER_MEMORY_H
#define FALCO_USER_MEMORY_H

#define NS_PER_SECOND 1000000000ULL
#define NS_PER_US 1000ULL

static __always_inline __u32 user_u32(struct scratch *s, __u64 from)
{
	__u32 value = 0;

	if (bpf_probe_read_user(&value, sizeof(value), (void *)from)) {
		count_fault(s);
		return 0;
	}
	return value;
}

static __always_inline __u64 user_u64(struct scratch *s, __u64 from)
{
	__u64 value = 0;

	if (bpf_probe_read_user(&value, sizeof(value), (void *)from)) {
		count_fault(s);
		return 0;
	}
	return value;
}

/* Two words of the caller's own width, as in timespec, timeval and rlimit: signed, so that "unlimited" stays -1. */
static __always_inline void user_pair(struct scratch *s, __u64 from, __s64 pair[2])
{
	pair[0] = 0;
	pair[1] = 0;
	if (!from)
		return;
	if (s->compat) {
		__s32 narrow[2] = {};

		if (bpf_probe_read_user(narrow, sizeof(narrow), (void *)from))
			count_fault(s);
		pair[0] = narrow[0];
		pair[1] = narrow[1];
	} else if (bpf_probe_read_user(pair, 2 * sizeof(__s64), (void *)from)) {
		count_fault(s);
	}
}

/* A timespec (`unit` 1) or timeval (`unit` NS_PER_US) in nanoseconds. */
static __always_inline __u64 user_time(struct scratch *s, __u64 from, __u64 unit)
{
	__s64 pair[2];

	user_pair(s, from, pair);
	return pair[0] * NS_PER_SECOND + pair[1] * unit;
}

#endif
