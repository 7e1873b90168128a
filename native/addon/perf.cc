#include "perf.h"

#include <cerrno>
#include <cstdio>
#include <initializer_list>
#include <linux/perf_event.h>
#include <string>
#include <sys/syscall.h>
#include <unistd.h>

#include "wire.h"

namespace falco {
namespace {

// The number of a tracepoint; -1 and errno if it has none.
long tracepoint_number(const char* name) {
  for (const char* root : {"/sys/kernel/tracing", "/sys/kernel/debug/tracing"}) {
    FILE* file = fopen((std::string(root) + "/events/" + name + "/id").c_str(), "re");
    if (!file) continue;
    long number;
    const bool read = fscanf(file, "%ld", &number) == 1;
    fclose(file);
    if (read) return number;
  }
  if (errno == 0) errno = ENOENT;
  return -1;
}

}  // namespace

Descriptor open_perf_tracepoint(const char* name) {
  const long number = tracepoint_number(name);
  if (number < 0) return Descriptor();
  perf_event_attr attributes{};
  attributes.type = PERF_TYPE_TRACEPOINT;
  attributes.size = sizeof(attributes);
  attributes.config = static_cast<uint64_t>(number);
  // Programs run wherever the tracepoint is hit; the CPU is that of the event, which nobody reads.
  return Descriptor(
      static_cast<int>(syscall(SYS_perf_event_open, &attributes, -1, 0, -1, PERF_FLAG_FD_CLOEXEC)));
}

bool has_perf_tracepoints() {
#define TRACEPOINT(program, perf, name) name,
  for (const char* name : {WIRE_PERF(TRACEPOINT)}) {
#undef TRACEPOINT
    if (!open_perf_tracepoint(name)) return false;
  }
  return true;
}

}  // namespace falco
