#include "loader.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <cerrno>
#include <cstring>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cpus.h"
#include "perf.h"

namespace falco {
namespace {

std::string mebibytes(uint64_t bytes) {
  return bytes >= 1024 * 1024 ? std::to_string(bytes / (1024 * 1024)) + " MiB" : std::to_string(bytes / 1024) + " KiB";
}

std::string rings_text(uint32_t count, uint64_t bytes) {
  return std::to_string(count) + (count == 1 ? " ring buffer of " : " ring buffers of ") + mebibytes(bytes);
}

// Rings that are needed, by the CPU groups of the options.
uint32_t ring_count(const wire::constants& constants) {
  return constants.cpus_per_ring == 0 ? 1 : (constants.cpus + constants.cpus_per_ring - 1) / constants.cpus_per_ring;
}

// A program on a tracepoint that this kernel does not have would keep the whole object from being loaded.
void skip_missing_tracepoints(bpf_object* object, const std::string& btf_path) {
  btf* kernel = btf__parse(btf_path.c_str(), nullptr);
  if (!kernel) return;
#define NAME(program, tracepoint) #program,
  for (const char* name : {WIRE_OPTIONAL(NAME)}) {
#undef NAME
    bpf_program* program = bpf_object__find_program_by_name(object, name);
    if (!program) continue;
    const std::string section = bpf_program__section_name(program);
    const std::string type = "btf_trace_" + section.substr(section.find('/') + 1);
    if (btf__find_by_name_kind(kernel, type.c_str(), BTF_KIND_TYPEDEF) < 0) bpf_program__set_autoload(program, false);
  }
  btf__free(kernel);
}

// Of each pair one is loaded: the program on the plain tracepoint, or the one on perf's.
void choose_perf(bpf_object* object, bool perf) {
#define ROW(program, twin, tracepoint) {#program, !perf}, {#twin, perf},
  for (const auto& [name, load] : std::initializer_list<std::pair<const char*, bool>>{WIRE_PERF(ROW)}) {
#undef ROW
    bpf_program* program = bpf_object__find_program_by_name(object, name);
    if (program) bpf_program__set_autoload(program, load);
  }
}

}  // namespace

Failure Loader::load(const LoadOptions& options, RingSet& rings) {
  return undisturbed([&] { return load_once(options, rings); });
}

Failure Loader::load_once(const LoadOptions& options, RingSet& rings) {
  if (Failure failure = open_object(options.object_path, options.btf_path, options.constants, object_)) return failure;

  bpf_map* outer = bpf_object__find_map_by_name(object_.get(), WIRE_MAP_RINGS);
  bpf_map* scratch = bpf_object__find_map_by_name(object_.get(), WIRE_MAP_SCRATCH);
  bpf_map* stats = bpf_object__find_map_by_name(object_.get(), WIRE_MAP_STATS);
  if (!outer) return mismatch(WIRE_MAP_RINGS);
  if (!scratch) return mismatch(WIRE_MAP_SCRATCH);
  if (!stats || bpf_map__value_size(stats) != sizeof(wire::stats)) return mismatch(WIRE_MAP_STATS);

  std::vector<Descriptor> made;
  if (Failure failure = create_rings(options, made)) return failure;
  // The first ring serves as the pattern for the map of rings.
  bpf_map__set_inner_map_fd(outer, made[0].get());
  bpf_map__set_max_entries(outer, ring_count(options.constants));
  bpf_map__set_max_entries(scratch, options.constants.cpus * options.constants.scratches);
  bpf_map__set_max_entries(stats, options.constants.cpus);

  skip_missing_tracepoints(object_.get(), options.btf_path);
  choose_perf(object_.get(), options.perf);
  if (Failure failure = load_object(object_.get())) return failure;
  if (Failure failure = check_reach()) return failure;
  stats_map_ = bpf_map__fd(stats);
  if (Failure failure = fill_rings(options, std::move(made), rings)) return failure;
  return map_settings();
}

// What the kernel says of each program that is loaded.
template <typename Use>
void Loader::each_program(Use use) const {
#define NAME(program, ...) #program,
#define TWIN(program, twin, ...) #twin,
  for (const char* name : {WIRE_ATTACHED(NAME) WIRE_PERF(TWIN) WIRE_OPTIONAL(NAME)}) {
#undef NAME
#undef TWIN
    const bpf_program* program = bpf_object__find_program_by_name(object_.get(), name);
    bpf_prog_info info{};
    uint32_t size = sizeof(info);
    if (!program || bpf_program__fd(program) < 0) continue;
    if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size) == 0) use(name, info);
  }
}

// A kernel that interprets BPF reaches a called function by 16 bits of distance. Kernels do not check that (5.10 goes
// wrong in a fatal way), so a program that is too long for it must not run.
Failure Loader::check_reach() {
  constexpr uint32_t kInstructionBytes = 8;
  constexpr uint32_t kReach = 32'000;
  bool reached = true;
  each_program([&](const char*, const bpf_prog_info& info) {
    if (info.jited_prog_len == 0 && info.xlated_prog_len / kInstructionBytes > kReach) reached = false;
  });
  if (reached) return std::nullopt;
  return Error{"unsupported", "the driver on a kernel whose BPF compiler is off (set net.core.bpf_jit_enable to 1)", ""};
}

Failure Loader::create_rings(const LoadOptions& options, std::vector<Descriptor>& made) {
  // One for each group with a CPU that is online; memory for all that might come would be wasted on most machines.
  const std::vector<bool> online = online_cpus(static_cast<int>(options.constants.cpus));
  const uint32_t count = ring_count(options.constants);
  std::vector<bool> wanted(count, false);
  for (uint32_t cpu = 0; cpu < online.size(); cpu++) {
    if (online[cpu]) wanted[options.constants.cpus_per_ring == 0 ? 0 : cpu / options.constants.cpus_per_ring] = true;
  }
  // The first is always there: it also takes what groups without a ring of their own have to say.
  wanted[0] = true;
  for (uint32_t i = 0; i < count; i++) {
    Descriptor ring;
    if (wanted[i]) {
      ring = Descriptor(bpf_map_create(BPF_MAP_TYPE_RINGBUF, "falco_ring", 0, 0, options.ring_bytes, nullptr));
      if (!ring) {
        const int reason = errno;
        if (reason == EPERM || reason == EACCES) return Error{"no-permission", "", "creating a ring buffer map"};
        return Error{"no-memory", rings_text(count, options.ring_bytes), errno_text(reason)};
      }
    }
    made.push_back(std::move(ring));
  }
  return std::nullopt;
}

Failure Loader::fill_rings(const LoadOptions& options, std::vector<Descriptor> made, RingSet& rings) {
  const int outer = bpf_map__fd(bpf_object__find_map_by_name(object_.get(), WIRE_MAP_RINGS));
  for (uint32_t i = 0; i < made.size(); i++) {
    const int inner = made[i] ? made[i].get() : made[0].get();
    if (bpf_map_update_elem(outer, &i, &inner, BPF_ANY) != 0) {
      return Error{"unsupported", "filling the map of ring buffers", errno_text(errno)};
    }
  }
  for (Descriptor& ring : made) {
    if (!ring) continue;
    if (rings.add(std::move(ring), options.ring_bytes)) continue;
    const int reason = errno;
    if (reason != ENOMEM) return Error{"unsupported", "mapping a ring buffer", errno_text(reason)};
    return Error{"no-memory", rings_text(static_cast<uint32_t>(made.size()), options.ring_bytes), errno_text(reason)};
  }
  return rings.finish();
}

Failure Loader::map_settings() {
  bpf_map* map = bpf_object__find_map_by_name(object_.get(), WIRE_MAP_SETTINGS);
  if (!map || bpf_map__value_size(map) < sizeof(wire::settings)) return mismatch(WIRE_MAP_SETTINGS);
  if (!settings_.map(bpf_map__fd(map), sizeof(wire::settings), true, 0)) {
    return Error{"unsupported", "mapping the driver's settings", errno_text(errno)};
  }
  return std::nullopt;
}

void Loader::ignore(uint32_t pid) {
  settings()->ignore_tgid = pid;
  if (pid != static_cast<uint32_t>(getpid())) return;
  // The caller itself: in a pid namespace its number is not the one that events carry. Kernels before 5.10 cannot run
  // the program that knows; there the number has to do.
  bpf_program* program = bpf_object__find_program_by_name(object_.get(), WIRE_PROGRAM_IGNORE_SELF);
  if (!program) return;
  bpf_test_run_opts run{};
  run.sz = sizeof(run);
  bpf_prog_test_run_opts(bpf_program__fd(program), &run);
}

Failure Loader::attach_program(bpf_program* program, Link& link, const char* perf) {
  LogCapture log;
  if (perf) {
    // The link takes the event over; without one it is closed here.
    Descriptor event = open_perf_tracepoint(perf);
    if (event) link.reset(bpf_program__attach_perf_event(program, event.get()));
    // Programs run all the same; that the event itself is counted helps nobody.
    if (link) ioctl(event.release(), PERF_EVENT_IOC_DISABLE, 0);
  } else {
    link.reset(bpf_program__attach(program));
  }
  if (link) return std::nullopt;
  const int reason = errno;
  const std::string name = bpf_program__name(program);
  const char* code = reason == EPERM || reason == EACCES ? "no-permission" : "unsupported";
  const std::string subject = *code == 'u' ? "attaching the program " + name : "";
  return Error{code, subject, log.last_lines(kLogLines) + "\n" + name + ": " + errno_text(reason)};
}

Failure Loader::attach() {
  if (!links_.empty()) return std::nullopt;
  struct Attached {
    const char *program, *perf;
  };
#define PLAIN(program) Attached{#program, nullptr},
#define PERF(program, twin, tracepoint) Attached{#twin, tracepoint},
  for (const auto& [name, perf] : {WIRE_ATTACHED(PLAIN) WIRE_PERF(PERF)}) {
#undef PLAIN
#undef PERF
    bpf_program* program = bpf_object__find_program_by_name(object_.get(), name);
    if (!program || !bpf_program__autoload(program)) continue;
    Link link;
    if (Failure failure = attach_program(program, link, perf)) {
      detach();
      return failure;
    }
    links_.push_back(std::move(link));
  }
  return attach_wanted();
}

void Loader::detach() {
  optional_links_.clear();
  links_.clear();
}

Failure Loader::want(const std::set<std::string>& tracepoints) {
  wanted_ = tracepoints;
  return links_.empty() ? std::nullopt : attach_wanted();
}

Failure Loader::set_run_stats(bool on) {
  if (!on) {
    run_stats_ = Descriptor();
  } else if (!run_stats_) {
    run_stats_ = Descriptor(bpf_enable_stats(BPF_STATS_RUN_TIME));
    if (!run_stats_) return Error{"unsupported", "counting the runs of BPF programs", errno_text(errno)};
  }
  return std::nullopt;
}

std::vector<ProgramStats> Loader::program_stats() const {
  std::vector<ProgramStats> programs;
  if (!run_stats_) return programs;
  each_program([&](const char* name, const bpf_prog_info& info) {
    programs.push_back({name, info.run_cnt, info.run_time_ns});
  });
  return programs;
}

uint64_t Loader::skipped_runs() const {
  uint64_t skipped = 0;
  each_program([&](const char*, const bpf_prog_info& info) { skipped += info.recursion_misses; });
  return skipped;
}

Failure Loader::attach_wanted() {
  struct Optional {
    const char *program, *tracepoint;
  };
#define ROW(program, tracepoint) Optional{#program, #tracepoint},
  for (const auto& [name, tracepoint] : {WIRE_OPTIONAL(ROW)}) {
#undef ROW
    if (wanted_.count(tracepoint) == 0) {
      optional_links_.erase(name);
      continue;
    }
    bpf_program* program = bpf_object__find_program_by_name(object_.get(), name);
    if (!program || !bpf_program__autoload(program) || optional_links_.count(name) != 0) continue;
    Link link;
    if (Failure failure = attach_program(program, link)) return failure;
    optional_links_.emplace(name, std::move(link));
  }
  return std::nullopt;
}

}  // namespace falco
