/** Programs that are started where none belong, or from where none belong. */
#define _GNU_SOURCE
#include "attack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static int nothing(char **arguments)
{
  (void)arguments;
  return 0;
}

/** A child that becomes PROGRAM ARGUMENT..., as servers start their helpers. */
static int spawn(char **arguments)
{
  int pid = check(fork(), "fork");
  if (pid != 0)
    return await_child(pid);
  execvp(arguments[0], arguments);
  fail(arguments[0]);
}

/** A program that is only in memory. */
static int memfd_exec(char **arguments)
{
  (void)arguments;
  char *words[] = {"kworker", "nothing", NULL};
  int fd = check(memfd_create("attack", MFD_CLOEXEC), "memfd_create");
  copy_self_to(fd);
  syscall(SYS_execveat, fd, "", words, environ, AT_EMPTY_PATH);
  fail("execveat");
}

/** The same by the descriptor's name: /proc/self/fd/N. */
static int memfd_exec_by_name(char **arguments)
{
  (void)arguments;
  char path[64], *words[] = {"kworker", "nothing", NULL};
  int fd = check(memfd_create("attack", 0), "memfd_create");
  copy_self_to(fd);
  int readable = check(open("/proc/self/exe", O_RDONLY), "open");
  close(readable);
  snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
  execve(path, words, environ);
  fail("execve");
}

/** later SECONDS COMMAND ARGUMENT...: a program that has been running for a while. */
static int later(char **arguments)
{
  int count = 0;
  while (arguments[count + 1])
    count++;
  sleep(atoi(arguments[0]));
  return run_command(count, arguments + 1);
}

/** with-terminal PROGRAM ARGUMENT...: in a session of its own, with a new terminal as its standard streams. */
static int with_terminal(char **arguments)
{
  int terminal = check(posix_openpt(O_RDWR | O_NOCTTY), "posix_openpt");
  check(grantpt(terminal), "grantpt");
  check(unlockpt(terminal), "unlockpt");
  int pid = check(fork(), "fork");
  if (pid == 0) {
    check(setsid(), "setsid");
    int own = check(open(ptsname(terminal), O_RDWR), "open the terminal");
    for (int stream = 0; stream < 3; stream++)
      check(dup2(own, stream), "dup2");
    close(terminal);
    execvp(arguments[0], arguments);
    fail(arguments[0]);
  }
  for (char data[256]; read(terminal, data, sizeof(data)) > 0;)
    ;
  return await_child(pid);
}

/** remove-self FILE: the file that this program was started from. */
static int remove_self(char **arguments)
{
  return check(unlink(arguments[0]), "unlink");
}

/** deleted-exec FILE: a copy of the program there, which has no name any more when it is started. */
static int deleted_exec(char **arguments)
{
  char *words[] = {arguments[0], "nothing", NULL};
  int to = check(open(arguments[0], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755), "open");
  copy_self_to(to);
  close(to);
  int fd = check(open(arguments[0], O_PATH | O_CLOEXEC), "open");
  check(unlink(arguments[0]), "unlink");
  syscall(SYS_execveat, fd, "", words, environ, AT_EMPTY_PATH);
  fail("execveat");
}

/** exec-fd FILE ARGUMENT...: execveat with a descriptor and no path. */
static int exec_fd(char **arguments)
{
  int fd = check(open(arguments[0], O_PATH | O_CLOEXEC), arguments[0]);
  syscall(SYS_execveat, fd, "", arguments, environ, AT_EMPTY_PATH);
  fail("execveat");
}

/** exec-as NAME FILE ARGUMENT...: with another name for argument 0. */
static int exec_as(char **arguments)
{
  char *path = arguments[1];
  arguments[1] = arguments[0];
  execve(path, arguments + 1, environ);
  fail(path);
}

/** exec-bare FILE: without arguments, and with the environment of the exploit of pkexec. */
static int exec_bare(char **arguments)
{
  char *none[] = {NULL};
  char mark[256];
  snprintf(mark, sizeof(mark), "FALCO_ATTACK=%s", getenv("FALCO_ATTACK") ? getenv("FALCO_ATTACK") : "");
  char *environment[] = {mark, "ATTACK_DO=nothing", "GCONV_PATH=.", "CHARSET=attack", "SHELL=attack", NULL};
  execve(arguments[0], none, environment);
  fail("execve");
}

/** drop FILE: a copy of the program there. */
static int drop(char **arguments)
{
  int fd = check(open(arguments[0], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755), arguments[0]);
  copy_self_to(fd);
  return 0;
}

const struct command exec_commands[] = {
    {"nothing", 0, nothing},
    {"spawn", 1, spawn},
    {"memfd-exec", 0, memfd_exec},
    {"memfd-exec-by-name", 0, memfd_exec_by_name},
    {"deleted-exec", 1, deleted_exec},
    {"remove-self", 1, remove_self},
    {"later", 2, later},
    {"with-terminal", 1, with_terminal},
    {"exec-fd", 1, exec_fd},
    {"exec-as", 2, exec_as},
    {"exec-bare", 1, exec_bare},
    {"drop", 1, drop},
    {NULL, 0, NULL},
};
