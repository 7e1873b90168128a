#include "stats.h"

#include <bpf/bpf.h>
#include <cerrno>

#include "cpus.h"
#include "wire.h"

namespace falco {

#define NAME(name) #name,
const std::vector<std::string>& family_names() {
  static const std::vector<std::string> names = {WIRE_FAMILIES(NAME)};
  return names;
}

const std::vector<std::string>& outcome_names() {
  static const std::vector<std::string> names = {WIRE_OUTCOMES(NAME)};
  return names;
}

const std::vector<std::string>& counter_names() {
  static const std::vector<std::string> names = {WIRE_COUNTERS(NAME)};
  return names;
}
#undef NAME

Failure read_counters(int map, std::vector<double>& values) {
  values.clear();
  const auto cpus = static_cast<uint32_t>(possible_cpus());
  for (uint32_t cpu = 0; cpu < cpus; cpu++) {
    wire::stats stats;
    if (bpf_map_lookup_elem(map, &cpu, &stats) != 0) {
      return Error{"unsupported", "reading the driver's counters", errno_text(errno)};
    }
    for (const auto& family : stats.families) {
      for (const uint64_t counter : family) values.push_back(static_cast<double>(counter));
    }
    for (const uint64_t counter : stats.counters) values.push_back(static_cast<double>(counter));
  }
  return std::nullopt;
}

}  // namespace falco
