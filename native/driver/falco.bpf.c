/* SPDX-License-Identifier: Dual MIT/GPL */
/*
 * The driver: one BPF object, composed of one small file per family of system calls.
 *
 * In: tracepoints sys_exit, sched_process_exec, sched_process_exit, sched_process_fork; settings and constants from
 * user space (wire.h). Out: records in the rings, counters in `stats`. Every parameter follows the event table; what
 * the kernel knows better than user memory travels in the context parameters.
 */
#include "lib/kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#include "wire.h"
#include "handlers.h"
#include "lib/maps.h"
#include "lib/flavor.h"
#include "lib/record.h"
#include "lib/context.h"
#include "lib/handler.h"
#include "syscall-codes.h"
#include "ia32.h"

#include "dispatch.h"
#include "close.h"
#include "generic.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";
