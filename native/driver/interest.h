/* SPDX-License-Identifier: Dual MIT/GPL */
/*
 * Whether a call is sent: the byte of its number in `settings.interest` (wire.h), and for calls that are not, the family
 * that accounts for them. Predicates of rules have their place in `is_filtered`.
 */
#ifndef FALCO_INTEREST_H
#define FALCO_INTEREST_H

/* The family of a system call's events: the same as its handler gives to record_begin. */
static __always_inline enum family family_of(__u32 number)
{
	switch (number) {
	case NR_clone: case NR_clone3: case NR_fork: case NR_vfork:
		return FAMILY_clone_fork;
	case NR_execve: case NR_execveat:
		return FAMILY_execve;
	case NR_connect:
		return FAMILY_connect;
	case NR_open: case NR_creat: case NR_openat: case NR_openat2: case NR_open_by_handle_at:
		return FAMILY_open;
	case NR_close:
		return FAMILY_close;
	case NR_chmod: case NR_fchmod: case NR_fchmodat: case NR_fchmodat2:
	case NR_chown: case NR_lchown: case NR_fchown: case NR_fchownat:
	case NR_link: case NR_linkat: case NR_symlink: case NR_symlinkat:
	case NR_unlink: case NR_unlinkat: case NR_rmdir: case NR_mkdir: case NR_mkdirat:
	case NR_rename: case NR_renameat: case NR_renameat2:
	case NR_mount: case NR_umount2:
		return FAMILY_dir_file;
	case NR_bpf: case NR_setpgid: case NR_ptrace: case NR_seccomp: case NR_setns: case NR_unshare:
	case NR_setresgid: case NR_setresuid: case NR_setsid: case NR_capset: case NR_keyctl:
		return FAMILY_other_interest;
	default:
		return FAMILY_rest;
	}
}

/* The byte of a call; of numbers beyond the table, that of another one. */
static __always_inline __u8 interest_of(__u32 number)
{
	return settings.interest[BOUND(number, WIRE_SYSCALLS - 1)];
}

static __always_inline bool is_sent(__u32 number)
{
	return interest_of(number) & WIRE_SENT;
}

/* Whether a call that returned `ret` is not sent although its number is asked for. `interest`: its byte. */
static __always_inline bool is_filtered(__u8 interest, __s64 ret)
{
	return interest & WIRE_ONLY_SUCCEEDED && ret < 0;
}

#endif
