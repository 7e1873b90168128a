/** Other processes' memory, and page faults handled in user space. The victim is always a child of our own. */
#define _GNU_SOURCE
#include "attack.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile long target = 1;

/** One of the ways to take hold of a process, on a child. */
static int traced(enum __ptrace_request request)
{
  int pid = idle_child();
  check(ptrace(request, pid, 0, 0), "ptrace");
  if (request == PTRACE_ATTACH) {
    check(waitpid(pid, NULL, 0), "waitpid");
    check(ptrace(PTRACE_POKEDATA, pid, &target, 2), "ptrace");
    check(ptrace(PTRACE_DETACH, pid, 0, 0), "ptrace");
  }
  end_child(pid);
  return 0;
}

static int ptrace_attach(char **arguments)
{
  (void)arguments;
  return traced(PTRACE_ATTACH);
}

static int ptrace_seize(char **arguments)
{
  (void)arguments;
  return traced(PTRACE_SEIZE);
}

/** A process that has itself traced cannot be debugged. */
static int ptrace_me(char **arguments)
{
  (void)arguments;
  check(ptrace(PTRACE_TRACEME, 0, 0, 0), "ptrace");
  return 0;
}

static int vm_write(char **arguments)
{
  (void)arguments;
  int pid = idle_child();
  long value = 2;
  struct iovec from = {&value, sizeof(value)}, to = {(void *)&target, sizeof(target)};
  check(process_vm_writev(pid, &from, 1, &to, 1, 0), "process_vm_writev");
  end_child(pid);
  return 0;
}

static int mem_write(char **arguments)
{
  (void)arguments;
  char path[64];
  int pid = idle_child();
  long value = 2;
  snprintf(path, sizeof(path), "/proc/%d/mem", pid);
  int fd = check(open(path, O_RDWR), path);
  check(pwrite(fd, &value, sizeof(value), (long)&target), "pwrite");
  end_child(pid);
  return 0;
}

/** Of user mode alone, which kernels allow to everybody; those before 5.11 do not know the word. */
static int do_userfaultfd(char **arguments)
{
  (void)arguments;
  long fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | UFFD_USER_MODE_ONLY);
  if (fd < 0 && errno == EINVAL)
    fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
  check(fd, "userfaultfd");
  return 0;
}

const struct command memory_commands[] = {
    {"ptrace-attach", 0, ptrace_attach},
    {"ptrace-seize", 0, ptrace_seize},
    {"ptrace-me", 0, ptrace_me},
    {"vm-write", 0, vm_write},
    {"mem-write", 0, mem_write},
    {"userfaultfd", 0, do_userfaultfd},
    {NULL, 0, NULL},
};
