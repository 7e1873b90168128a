/* SPDX-License-Identifier: Dual MIT/GPL */
/*
 * Which function composes the event of which system call (dispatch.h calls it):
 * HANDLER(system call, x86_64 number, arm64 number, event code, function).
 * -1: the architecture has no such call. Numbers without a row go to `sys_generic` (event code 1).
 */
#ifndef FALCO_HANDLERS_H
#define FALCO_HANDLERS_H

#define HANDLERS(HANDLER) \
	HANDLER(close,                3,   57,    5, sys_close) \
	HANDLER(open,                 2,   -1,    3, sys_open) \
	HANDLER(openat,             257,   56,  307, sys_openat) \
	HANDLER(openat2,            437,  437,  327, sys_openat2) \
	HANDLER(creat,               85,   -1,   59, sys_creat) \
	HANDLER(open_by_handle_at,  304,  265,  337, sys_open_by_handle_at) \
	HANDLER(execve,              59,  221,  293, sys_execve) \
	HANDLER(execveat,           322,  281,  331, sys_execveat) \
	HANDLER(clone,               56,  220,  223, sys_clone) \
	HANDLER(clone3,             435,  435,  335, sys_clone) \
	HANDLER(fork,                57,   -1,  225, sys_clone) \
	HANDLER(vfork,               58,   -1,  227, sys_clone) \
	HANDLER(dup,                 32,   23,  367, sys_dup) \
	HANDLER(dup2,                33,   -1,  363, sys_dup2) \
	HANDLER(dup3,               292,   24,  365, sys_dup3) \
	HANDLER(rename,              82,   -1,  175, sys_rename) \
	HANDLER(renameat,           264,   38,  177, sys_renameat) \
	HANDLER(renameat2,          316,  276,  319, sys_renameat2) \
	HANDLER(unlink,              87,   -1,  301, sys_unlink) \
	HANDLER(unlinkat,           263,   35,  303, sys_unlinkat) \
	HANDLER(rmdir,               84,   -1,  279, sys_rmdir) \
	HANDLER(link,                86,   -1,  309, sys_link) \
	HANDLER(linkat,             265,   37,  311, sys_linkat) \
	HANDLER(symlink,             88,   -1,  179, sys_symlink) \
	HANDLER(symlinkat,          266,   36,  181, sys_symlinkat) \
	HANDLER(mkdir,               83,   -1,  277, sys_mkdir) \
	HANDLER(mkdirat,            258,   34,  305, sys_mkdirat) \
	HANDLER(mknod,              133,   -1,  415, sys_mknod) \
	HANDLER(mknodat,            259,   33,  417, sys_mknodat) \
	HANDLER(chmod,               90,   -1,  315, sys_chmod) \
	HANDLER(fchmod,              91,   52,  317, sys_fchmod) \
	HANDLER(fchmodat,           268,   53,  313, sys_fchmodat) \
	HANDLER(chown,               92,   -1,  379, sys_chown) \
	HANDLER(lchown,              94,   -1,  381, sys_lchown) \
	HANDLER(fchown,              93,   55,  383, sys_fchown) \
	HANDLER(fchownat,           260,   54,  385, sys_fchownat) \
	HANDLER(mount,              165,   40,  257, sys_mount) \
	HANDLER(umount2,            166,   39,  391, sys_umount2) \
	HANDLER(setns,              308,  268,  241, sys_setns) \
	HANDLER(unshare,            272,   97,  285, sys_unshare) \
	HANDLER(setuid,             105,  146,  199, sys_setuid) \
	HANDLER(setgid,             106,  144,  201, sys_setgid) \
	HANDLER(setreuid,           113,  145,  427, sys_setreuid) \
	HANDLER(setregid,           114,  143,  429, sys_setregid) \
	HANDLER(setresuid,          117,  147,  193, sys_setresuid) \
	HANDLER(setresgid,          119,  149,  195, sys_setresgid) \
	HANDLER(ptrace,             101,  117,  169, sys_ptrace) \
	HANDLER(kill,                62,  129,  129, sys_kill) \
	HANDLER(tkill,              200,  130,  131, sys_tkill) \
	HANDLER(tgkill,             234,  131,  133, sys_tgkill) \
	HANDLER(socket,              41,  198,   19, sys_socket) \
	HANDLER(bind,                49,  200,   21, sys_bind) \
	HANDLER(connect,             42,  203,   23, sys_connect) \
	HANDLER(listen,              50,  201,   25, sys_listen) \
	HANDLER(accept,              43,  202,  247, sys_accept) \
	HANDLER(accept4,            288,  242,  389, sys_accept4) \
	HANDLER(socketpair,          53,  199,   43, sys_socketpair) \
	HANDLER(sendto,              44,  206,   31, sys_sendto) \
	HANDLER(recvfrom,            45,  207,   35, sys_recvfrom) \
	HANDLER(sendmsg,             46,  211,   49, sys_sendmsg) \
	HANDLER(recvmsg,             47,  212,   53, sys_recvmsg) \
	HANDLER(chdir,               80,   49,   95, sys_chdir) \
	HANDLER(fchdir,              81,   50,   97, sys_fchdir) \
	HANDLER(chroot,             161,   51,  267, sys_chroot) \
	HANDLER(setsid,             112,  157,  275, sys_setsid) \
	HANDLER(setpgid,            109,  154,  295, sys_setpgid) \
	HANDLER(capset,             126,   91,  353, sys_capset) \
	HANDLER(prctl,              157,  167,  401, sys_prctl) \
	HANDLER(pipe,                22,   -1,   61, sys_pipe) \
	HANDLER(pipe2,              293,   59,  393, sys_pipe2) \
	HANDLER(fcntl,               72,   25,  151, sys_fcntl) \
	HANDLER(memfd_create,       319,  279,  405, sys_memfd_create) \
	HANDLER(close_range,        436,  436,  451, sys_close_range) \
	HANDLER(userfaultfd,        323,  282,  321, sys_userfaultfd) \
	HANDLER(init_module,        175,  105,  411, sys_init_module) \
	HANDLER(finit_module,       313,  273,  413, sys_finit_module) \
	HANDLER(delete_module,      176,  106,  425, sys_delete_module) \
	HANDLER(bpf,                321,  280,  369, sys_bpf)

#endif
