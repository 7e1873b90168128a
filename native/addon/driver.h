// The driver as one thing: object, rings, walk. Everything here belongs to the thread that opened it.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "iterators.h"
#include "loader.h"
#include "ring.h"
#include "stats.h"

namespace falco {

struct DriverOptions {
  uint32_t cpus_per_ring = 1;
  uint32_t ring_bytes = 8 * 1024 * 1024;
  bool drop_failed = false;
  uint32_t snaplen = 80;
  uint32_t ignore_tgid = 0;
  // cast, tp_btf, raw_tp, or empty: the first that loads.
  std::string flavor;
  std::string object_dir;
  std::string btf_path;
  // For tests; empty: what runs.
  std::string kernel_release;
};

class Driver {
 public:
  static Failure open(const DriverOptions& options, std::unique_ptr<Driver>& driver);

  const std::string& flavor() const { return flavor_; }
  // Whether the kernel may preempt the program that sees system calls, and leaves out its other runs meanwhile.
  bool may_skip() const { return may_skip_; }
  void set_interest(const std::vector<uint32_t>& numbers, const std::vector<uint32_t>& also_generic);
  // Names of tracepoints whose events are wanted besides (wire.h, WIRE_OPTIONAL).
  Failure set_tracepoints(const std::set<std::string>& names) { return loader_.want(names); }
  Failure set_run_stats(bool on) { return loader_.set_run_stats(on); }
  std::vector<ProgramStats> program_stats() const { return loader_.program_stats(); }
  Failure attach() { return loader_.attach(); }
  void detach() { loader_.detach(); }
  size_t drain(uint8_t* batch, size_t capacity) { return rings_.drain(batch, capacity, constants_.boot_offset_ns); }
  bool wait(int timeout_ms) { return rings_.wait(timeout_ms, &loader_.settings()->sleeping); }
  uint32_t ignored() const { return loader_.ignored(); }
  // -1: there are no iterators.
  int64_t scan(uint8_t* batch, size_t capacity);
  Failure counters(std::vector<double>& values) const { return read_counters(loader_.stats_map(), values); }
  uint64_t skipped() const { return loader_.skipped_runs(); }
  uint64_t malformed() const { return rings_.malformed(); }

 private:
  DriverOptions options_;
  std::string flavor_;
  bool may_skip_ = false;
  wire::constants constants_{};
  RingSet rings_;
  Loader loader_;
  std::unique_ptr<Walk> walk_;
};

}  // namespace falco
