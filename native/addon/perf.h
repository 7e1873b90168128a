// Tracepoints by way of perf, for programs that must not be preempted (wire.h, WIRE_PERF).
#pragma once

#include "descriptor.h"

namespace falco {

// An event of a tracepoint, named by its folder below `events/`, on all CPUs as far as programs are concerned. Without a
// descriptor, and with errno set: no tracefs at its place, or the kernel does not let it.
Descriptor open_perf_tracepoint(const char* name);

// Whether every tracepoint of WIRE_PERF can be had.
bool has_perf_tracepoints();

}  // namespace falco
