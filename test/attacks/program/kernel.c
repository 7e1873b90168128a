/** What changes the kernel, or the view that a process has of it. */
#define _GNU_SOURCE
#include "attack.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/** A module that is none: the kernel refuses it (no such format, or no modules at all). */
static int init_module(char **arguments)
{
  static char module[64] = "not a module";
  (void)arguments;
  if (syscall(SYS_init_module, module, sizeof(module), "") == 0)
    errno = EEXIST, fail("the kernel took what is no module");
  return 0;
}

/** finit-module FILE */
static int finit_module(char **arguments)
{
  int fd = check(open(arguments[0], O_RDONLY | O_CLOEXEC), arguments[0]);
  if (syscall(SYS_finit_module, fd, "", 0) == 0)
    errno = EEXIST, fail("the kernel took what is no module");
  return 0;
}

/** There is no module of this name. */
static int remove_module(char **arguments)
{
  (void)arguments;
  syscall(SYS_delete_module, "falco_attack_suite", O_NONBLOCK);
  return 0;
}

/** From an ordinary user back to root, as set-user-id programs do. */
static int become_root(char **arguments)
{
  (void)arguments;
  check(setresuid(65534, 65534, 0), "setresuid");
  check(setuid(0), "setuid");
  return 0;
}

/** A program of two instructions, which is gone with this process. */
static int bpf_load(char **arguments)
{
  (void)arguments;
  struct bpf_insn code[] = {{.code = BPF_ALU64 | BPF_MOV | BPF_K}, {.code = BPF_JMP | BPF_EXIT}};
  union bpf_attr attr;
  memset(&attr, 0, sizeof(attr));
  attr.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
  attr.insns = (uintptr_t)code;
  attr.insn_cnt = 2;
  attr.license = (uintptr_t) "GPL";
  check(syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr)), "bpf");
  return 0;
}

/** setns FILE: into the namespace that the file stands for. */
static int do_setns(char **arguments)
{
  check(setns(check(open(arguments[0], O_RDONLY | O_CLOEXEC), arguments[0]), 0), "setns");
  return 0;
}

/** setns-pid PID: into several namespaces at once, by a descriptor of the process. */
static int setns_pid(char **arguments)
{
  int pid = check(syscall(SYS_pidfd_open, atoi(arguments[0]), 0), "pidfd_open");
  check(setns(pid, CLONE_NEWUTS | CLONE_NEWIPC), "setns");
  return 0;
}

static int do_unshare(char **arguments)
{
  (void)arguments;
  check(unshare(CLONE_NEWUTS), "unshare");
  return 0;
}

/** A child in namespaces of its own, without unshare. */
static int clone_into(char **arguments)
{
  (void)arguments;
  struct clone_args args = {.flags = CLONE_NEWUTS | CLONE_NEWUSER, .exit_signal = SIGCHLD};
  int pid = check(syscall(SYS_clone3, &args, sizeof(args)), "clone3");
  if (pid == 0)
    _exit(0);
  return await_child(pid);
}

const struct command kernel_commands[] = {
    {"init-module", 0, init_module},
    {"finit-module", 1, finit_module},
    {"remove-module", 0, remove_module},
    {"become-root", 0, become_root},
    {"bpf-load", 0, bpf_load},
    {"setns", 1, do_setns},
    {"setns-pid", 1, setns_pid},
    {"unshare", 0, do_unshare},
    {"clone-into", 0, clone_into},
    {NULL, 0, NULL},
};
