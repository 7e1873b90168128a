/* SPDX-License-Identifier: Dual MIT/GPL */
/* setsid, setpgid, capset, prctl, seccomp */

#define PR_SET_NAME 15
#define PR_GET_NAME 16
#define PR_GET_CHILD_SUBREAPER 37

HANDLER_FUNCTION(sys_setsid)
{
	record_begin(s, 275, 1, FAMILY_other_interest);
	put_s64(s, s->ret);
	return true;
}

HANDLER_FUNCTION(sys_setpgid)
{
	record_begin(s, 295, 3, FAMILY_other_interest);
	put_s64(s, s->ret);
	put_int(s, s->args[0]);
	put_int(s, s->args[1]);
	return true;
}

/* The sets that the task has after the call, not those that it asked for. */
HANDLER_FUNCTION(sys_capset)
{
	const struct cred *cred = PROBE(current_task(), cred);

	record_begin(s, 353, 4, FAMILY_other_interest);
	put_s64(s, s->ret);
	put_u64(s, capability_set(&cred->cap_inheritable));
	put_u64(s, capability_set(&cred->cap_permitted));
	put_u64(s, capability_set(&cred->cap_effective));
	return true;
}

HANDLER_FUNCTION(sys_prctl)
{
	__u32 option = s->args[0];
	__s32 subreaper = 0;

	record_begin(s, 401, 4, FAMILY_rest);
	put_s64(s, s->ret);
	put_u32(s, option);
	if (option == PR_SET_NAME || option == PR_GET_NAME) {
		put_string(s, s->args[1]);
		put_s64(s, 0);
	} else if (option == PR_GET_CHILD_SUBREAPER) {
		put_empty(s);
		if (bpf_probe_read_user(&subreaper, sizeof(subreaper), (void *)s->args[1]))
			count_fault(s);
		put_s64(s, subreaper);
	} else {
		put_empty(s);
		put_u64(s, s->args[1]);
	}
	return true;
}

HANDLER_FUNCTION(sys_seccomp)
{
	record_begin(s, 299, 3, FAMILY_rest);
	put_s64(s, s->ret);
	put_u64(s, s->args[0]);
	put_u64(s, (__u32)s->args[1]);
	return true;
}
