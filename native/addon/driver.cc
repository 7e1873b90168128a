#include "driver.h"

#include <algorithm>
#include <iterator>

#include "clock.h"
#include "cpus.h"
#include "perf.h"
#include "preflight.h"

namespace falco {
namespace {

std::string object_path(const DriverOptions& options, const char* name) {
  return options.object_dir + "/falco." + name + ".bpf.o";
}

// Whether 32-bit calls of a number matter: the native call that they stand for is sent, or there is none and they are
// counted. On other architectures than x86_64 32-bit calls have no counterpart.
bool matters_as_compat([[maybe_unused]] const std::vector<uint8_t>& wanted, [[maybe_unused]] size_t number) {
#if defined(__x86_64__)
  const auto is_wanted = [&](int native) { return native < 0 || wanted[native] != 0; };
  if (number != IA32_SOCKETCALL) return is_wanted(wire::ia32_to_native[number]);
  return std::any_of(std::begin(wire::socketcall_to_native), std::end(wire::socketcall_to_native), is_wanted);
#else
  return true;
#endif
}

}  // namespace

Failure Driver::open(const DriverOptions& options, std::unique_ptr<Driver>& driver) {
  const Host host{options.kernel_release.empty() ? running_kernel() : options.kernel_release, options.btf_path};
  if (Failure failure = preflight(host)) return failure;
  raise_memlock(host);
  const int cpus = possible_cpus();
  if (cpus == 0) return Error{"unsupported", "the kernel does not tell which CPUs are possible", ""};

  wire::constants constants{};
  constants.boot_offset_ns = boot_offset();
  constants.cpus_per_ring = options.cpus_per_ring;
  constants.snaplen = options.snaplen;
  constants.cpus = static_cast<uint32_t>(cpus);
  // From 7.0 on programs on tracepoints may be preempted, and another one may run on their CPU meanwhile.
  const bool preemptible = kernel_at_least(host.kernel_release, 7, 0);
  constants.scratches = preemptible ? 2 : 1;
  const bool perf = preemptible && has_perf_tracepoints();

  // Which flavor a kernel takes is found out by loading it: the lists of features that kernels give are not true
  // everywhere. The last refusal is the one that is told, for raw_tp asks least of the kernel.
  Failure failure;
  for (const char* flavor : {"cast", "tp_btf", "raw_tp"}) {
    if (!options.flavor.empty() && options.flavor != flavor) continue;
    auto candidate = std::make_unique<Driver>();
    candidate->options_ = options;
    candidate->flavor_ = flavor;
    candidate->constants_ = constants;
    candidate->may_skip_ = preemptible && !perf;
    const LoadOptions load{object_path(options, flavor), options.btf_path, constants, options.ring_bytes, perf};
    failure = candidate->loader_.load(load, candidate->rings_);
    if (!failure) {
      candidate->loader_.settings()->proc_exit = 1;
      candidate->loader_.ignore(options.ignore_tgid);
      driver = std::move(candidate);
      return std::nullopt;
    }
    // That says nothing of the flavor.
    if (is_interrupted(failure)) break;
  }
  return failure;
}

void Driver::set_interest(const std::vector<uint32_t>& numbers, const std::vector<uint32_t>& also_generic) {
  std::vector<uint8_t> wanted(WIRE_SYSCALLS, 0);
  for (const uint32_t number : numbers) {
    if (number < WIRE_SYSCALLS) wanted[number] = WIRE_SENT | (options_.drop_failed ? WIRE_ONLY_SUCCEEDED : 0);
  }
  for (const uint32_t number : also_generic) {
    if (number < WIRE_SYSCALLS && wanted[number] != 0) wanted[number] |= WIRE_ALSO_GENERIC;
  }
  volatile wire::settings* settings = loader_.settings();
  // What is wanted before and after stays on all the while.
  for (size_t i = 0; i < WIRE_SYSCALLS; i++) {
    settings->interest[i] = wanted[i] | (matters_as_compat(wanted, i) ? WIRE_AS_COMPAT : 0);
  }
}

int64_t Driver::scan(uint8_t* batch, size_t capacity) {
  if (!walk_) {
    auto walk = std::make_unique<Walk>();
    if (!walk->open(object_path(options_, "iter"), options_.btf_path, constants_)) return -1;
    walk_ = std::move(walk);
  }
  const int64_t used = walk_->read(batch, capacity);
  // The end, good or bad: the next scan is a new walk.
  if (used <= 0) walk_.reset();
  return used;
}

}  // namespace falco
