/* SPDX-License-Identifier: Dual MIT/GPL */
/*
 * Which thread group loads the driver. Asked of the kernel, because in a pid namespace getpid() gives another number
 * than the one that events carry.
 */
SEC("raw_tp/sys_enter")
int ignore_self(void *ctx)
{
	(void)ctx;
	settings.ignore_tgid = bpf_get_current_pid_tgid() >> 32;
	return 0;
}
