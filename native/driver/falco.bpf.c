/* SPDX-License-Identifier: Dual MIT/GPL */
/*
 * The driver: one BPF object, composed of one small file per family of system calls.
 *
 * In: tracepoints sys_exit, sched_process_exec, sched_process_exit, sched_process_fork, and those of signals, context
 * switches, page faults and io_uring where somebody asks for them; settings and constants from user space (wire.h). Out: records in the rings, counters in `stats`. Every parameter follows the event table; what
 * the kernel knows better than user memory travels in the context parameters.
 */
#include "lib/kernel.h"
#include "lib/kernel-ring.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#include "wire.h"
#include "handlers.h"
#include "lib/scratch.h"
#include "lib/maps.h"
#include "lib/flavor.h"
#include "lib/record.h"
#include "lib/string.h"
#include "lib/user-memory.h"
#include "lib/buffer.h"
#include "lib/path.h"
#include "lib/file.h"
#include "lib/cgroup.h"
#include "lib/process.h"
#include "lib/socket.h"
#include "lib/context.h"
#include "lib/handler.h"
#include "syscall-codes.h"
#include "ia32.h"

/* System call numbers of this architecture. Calls that it does not have get numbers beyond all others. */
#define NUMBER_OR_NONE(number) ((number) >= 0 ? (number) : WIRE_SYSCALLS + __COUNTER__)
enum {
#if defined(__TARGET_ARCH_x86)
#define HANDLER(name, x86_64, arm64, code, function) NR_##name = NUMBER_OR_NONE(x86_64),
#else
#define HANDLER(name, x86_64, arm64, code, function) NR_##name = NUMBER_OR_NONE(arm64),
#endif
	HANDLERS(HANDLER)
#undef HANDLER
};

#include "interest.h"
#include "open.h"
#include "exec.h"
#include "namespace.h"
#include "clone.h"
#include "exit.h"
#include "signal.h"
#include "switch.h"
#include "page-fault.h"
#include "close.h"
#include "dup.h"
#include "socket.h"
#include "message.h"
#include "rename.h"
#include "unlink.h"
#include "link.h"
#include "mkdir.h"
#include "chmod.h"
#include "mount.h"
#include "user.h"
#include "kill.h"
#include "ptrace.h"
#include "directory.h"
#include "session.h"
#include "descriptor.h"
#include "module.h"
#include "read.h"
#include "file-query.h"
#include "memory.h"
#include "limit.h"
#include "wait.h"
#include "anonymous-fd.h"
#include "transfer.h"
#include "socket-option.h"
#include "semaphore.h"
#include "quota.h"
#include "key.h"
#include "foreign-memory.h"
#include "io-uring.h"
#include "ring-call.h"
#include "ring-calls.h"
#include "generic.h"
#include "dispatch.h"
#include "self.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";
