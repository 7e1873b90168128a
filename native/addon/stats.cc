#include "stats.h"

#include <bpf/bpf.h>
#include <cerrno>

#include "cpus.h"
#include "wire.h"

namespace falco {

const std::vector<std::string>& counter_names() {
#define NAME(name) #name,
  static const std::vector<std::string> names = {WIRE_COUNTERS(NAME)};
#undef NAME
  return names;
}

Failure read_counters(int map, std::vector<double>& values) {
  static_assert(sizeof(wire::stats) % 8 == 0, "the kernel pads per-CPU values to 8 bytes");
  std::vector<wire::stats> stats(static_cast<size_t>(possible_cpus()));
  const uint32_t zero = 0;
  if (bpf_map_lookup_elem(map, &zero, stats.data()) != 0) {
    return Error{"unsupported", "reading the driver's counters", errno_text(errno)};
  }
  values.clear();
  for (const wire::stats& cpu : stats) {
    for (const uint64_t counter : cpu.counters) values.push_back(static_cast<double>(counter));
  }
  return std::nullopt;
}

}  // namespace falco
