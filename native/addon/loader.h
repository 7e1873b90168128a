// The driver's object: sized, loaded, its programs attached and detached. Nothing is ever pinned, so all of it goes
// with the last descriptor, at the latest with the process.
#pragma once

#include <bpf/libbpf.h>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "errors.h"
#include "log.h"
#include "mapping.h"
#include "object.h"
#include "ring.h"
#include "wire.h"

namespace falco {

struct LinkDestroyer {
  void operator()(bpf_link* link) const { bpf_link__destroy(link); }
};
using Link = std::unique_ptr<bpf_link, LinkDestroyer>;

struct LoadOptions {
  std::string object_path;
  std::string btf_path;
  wire::constants constants;
  uint32_t ring_bytes;
  // The programs of WIRE_PERF are taken in place of those that may be preempted.
  bool perf;
};

struct ProgramStats {
  std::string name;
  uint64_t runs;
  uint64_t nanoseconds;
};

class Loader {
 public:
  Failure load(const LoadOptions& options, RingSet& rings);
  // Never sends events of a thread group: `pid` as the caller sees it; 0: none. After `load`.
  void ignore(uint32_t pid);
  // Numbered as in events.
  uint32_t ignored() const { return settings()->ignore_tgid; }
  Failure attach();
  void detach();
  // The optional programs (wire.h) whose tracepoints are named stay or become attached, the others not.
  Failure want(const std::set<std::string>& tracepoints);

  // While on, the kernel keeps count of the runs of BPF programs; it costs each run two looks at the clock.
  Failure set_run_stats(bool on);
  std::vector<ProgramStats> program_stats() const;
  // Runs of programs that the kernel left out, for the program was at work on that CPU already; told from 5.12 on.
  uint64_t skipped_runs() const;

  volatile wire::settings* settings() const { return reinterpret_cast<wire::settings*>(settings_.get()); }
  // Descriptor of the map with the counters.
  int stats_map() const { return stats_map_; }

 private:
  Failure load_once(const LoadOptions& options, RingSet& rings);
  Failure check_reach();
  Failure create_rings(const LoadOptions& options, std::vector<Descriptor>& made);
  Failure fill_rings(const LoadOptions& options, std::vector<Descriptor> made, RingSet& rings);
  Failure map_settings();
  // `perf`: the tracepoint of a program that is attached by way of perf; null: its section says where to.
  Failure attach_program(bpf_program* program, Link& link, const char* perf = nullptr);
  Failure attach_wanted();
  template <typename Use>
  void each_program(Use use) const;

  // Links first, objects last.
  Object object_;
  Mapping settings_;
  std::vector<Link> links_;
  std::map<std::string, Link> optional_links_;
  std::set<std::string> wanted_;
  int stats_map_ = -1;
  Descriptor run_stats_;
};

}  // namespace falco
