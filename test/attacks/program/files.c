/** Files that are opened, emptied and given rights in ways that shells do not. */
#define _GNU_SOURCE
#include "attack.h"

#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

/** The second argument: `w` for writing; otherwise reading. */
static int flags_of(char **arguments)
{
  return arguments[1] && arguments[1][0] == 'w' ? O_WRONLY : O_RDONLY;
}

/** arm64 has no open: the C library calls openat there. */
static int do_open(char **arguments)
{
#ifdef SYS_open
  long file = syscall(SYS_open, arguments[0], flags_of(arguments));
#else
  long file = open(arguments[0], flags_of(arguments));
#endif
  return close(check(file, arguments[0]));
}

static int do_openat2(char **arguments)
{
  struct open_how how = {.flags = flags_of(arguments)};
  return close(check(syscall(SYS_openat2, AT_FDCWD, arguments[0], &how, sizeof(how)), arguments[0]));
}

/** Through a descriptor of the folder. */
static int open_relative(char **arguments)
{
  char *slash = strrchr(arguments[0], '/');
  *slash = 0;
  int folder = check(open(arguments[0], O_PATH | O_DIRECTORY), arguments[0]);
  return close(check(openat(folder, slash + 1, flags_of(arguments)), slash + 1));
}

/** O_PATH first, then again through /proc/self/fd. */
static int open_by_fd(char **arguments)
{
  char path[64];
  snprintf(path, sizeof(path), "/proc/self/fd/%ld", check(open(arguments[0], O_PATH), arguments[0]));
  return close(check(open(path, flags_of(arguments)), path));
}

/** By the handle of the file: no name at all. */
static int open_by_handle(char **arguments)
{
  struct {
    struct file_handle head;
    unsigned char bytes[MAX_HANDLE_SZ];
  } handle = {.head.handle_bytes = MAX_HANDLE_SZ};
  int mount, root = check(open("/", O_RDONLY | O_DIRECTORY), "/");
  check(name_to_handle_at(AT_FDCWD, arguments[0], &handle.head, &mount, 0), "name_to_handle_at");
  return close(check(open_by_handle_at(root, &handle.head, flags_of(arguments)), "open_by_handle_at"));
}

/** The kernel opens it on behalf of an io_uring. */
static int open_by_ring(char **arguments)
{
  struct io_uring_params params = {0};
  int ring = check(syscall(SYS_io_uring_setup, 4, &params), "io_uring_setup");
  size_t size = params.sq_off.array + params.sq_entries * sizeof(unsigned);
  char *queue = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
  struct io_uring_sqe *entries = mmap(NULL, params.sq_entries * sizeof(*entries), PROT_READ | PROT_WRITE, MAP_SHARED,
                                      ring, IORING_OFF_SQES);
  if (queue == MAP_FAILED || entries == MAP_FAILED)
    fail("mmap");
  entries[0] = (struct io_uring_sqe){.opcode = IORING_OP_OPENAT,
                                     .fd = AT_FDCWD,
                                     .addr = (uintptr_t)arguments[0],
                                     .open_flags = flags_of(arguments)};
  ((unsigned *)(queue + params.sq_off.array))[0] = 0;
  __atomic_store_n((unsigned *)(queue + params.sq_off.tail), 1, __ATOMIC_RELEASE);
  check(syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0), "io_uring_enter");
  return 0;
}

/** Empties a file without opening it. */
static int do_truncate(char **arguments)
{
  check(truncate(arguments[0], 0), arguments[0]);
  return 0;
}

/** fchmodat2, which is newer than most rules. */
static int chmod_new(char **arguments)
{
#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif
  check(syscall(SYS_fchmodat2, AT_FDCWD, arguments[0], strtol(arguments[1], NULL, 8), 0), "fchmodat2");
  return 0;
}

/** A file that has its rights from the start: create FILE MODE. */
static int create(char **arguments)
{
  umask(0);
  return close(check(open(arguments[0], O_WRONLY | O_CREAT | O_EXCL, strtol(arguments[1], NULL, 8)), arguments[0]));
}

/** cap_setuid, permitted and effective, in the layout of the second version. */
static int set_capability(char **arguments)
{
  uint32_t value[5] = {0x02000001, 1 << 7, 0, 0, 0};
  check(setxattr(arguments[0], "security.capability", value, sizeof(value), 0), "setxattr");
  return 0;
}

/** exchange A B: both names change places. */
static int exchange(char **arguments)
{
  check(renameat2(AT_FDCWD, arguments[0], AT_FDCWD, arguments[1], RENAME_EXCHANGE), "renameat2");
  return 0;
}

const struct command file_commands[] = {
    {"open", 1, do_open},
    {"openat2", 1, do_openat2},
    {"open-relative", 1, open_relative},
    {"open-by-fd", 1, open_by_fd},
    {"open-by-handle", 1, open_by_handle},
    {"open-by-ring", 1, open_by_ring},
    {"truncate", 1, do_truncate},
    {"chmod-new", 2, chmod_new},
    {"create", 2, create},
    {"set-capability", 1, set_capability},
    {"exchange", 2, exchange},
    {NULL, 0, NULL},
};
