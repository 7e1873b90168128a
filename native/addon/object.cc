#include "object.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <unistd.h>
#include <vector>

#include "log.h"

namespace falco {
namespace {

// While it lives, signals to this thread wait: the verifier gives up as soon as there is one to take, and a profiler
// sends more of them than it can finish between.
class SignalsHeld {
 public:
  SignalsHeld() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsHeld() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;

 private:
  sigset_t before_;
};

}  // namespace

Error mismatch(const std::string& what) {
  return Error{"unsupported", "the driver object has no " + what + ": driver and addon are of different builds", ""};
}

Failure open_object(const std::string& path, const std::string& btf_path, const wire::constants& constants,
                    Object& object) {
  if (access(path.c_str(), R_OK) != 0) return Error{"no-object", path, errno_text(errno)};
  LogCapture log;
  bpf_object_open_opts options{};
  options.sz = sizeof(options);
  // Told where it is, libbpf does not look through the kernel's modules, for which it would need CAP_SYS_ADMIN.
  options.btf_custom_path = btf_path.c_str();
  object.reset(bpf_object__open_file(path.c_str(), &options));
  if (!object) {
    const std::string reason = "not a BPF object: " + errno_text(errno);
    return Error{"no-object", path, reason + "\n" + log.last_lines(kLogLines)};
  }

  bpf_map* map = bpf_object__find_map_by_name(object.get(), WIRE_MAP_CONSTANTS);
  if (map) {
    size_t size = 0;
    const void* initial = bpf_map__initial_value(map, &size);
    if (!initial || size < sizeof(constants)) return mismatch(WIRE_MAP_CONSTANTS);
    std::vector<uint8_t> value(static_cast<const uint8_t*>(initial), static_cast<const uint8_t*>(initial) + size);
    memcpy(value.data(), &constants, sizeof(constants));
    if (bpf_map__set_initial_value(map, value.data(), size) != 0) return mismatch(WIRE_MAP_CONSTANTS);
  }
  return std::nullopt;
}

Failure load_object(bpf_object* object) {
  LogCapture log;
  const SignalsHeld held;
  const int result = bpf_object__load(object);
  if (result == 0) return std::nullopt;
  if (result == -EAGAIN) return Error{kInterrupted, "", ""};
  const std::string program = log.refused_program();
  const std::string details = log.last_lines(kLogLines);
  // The verifier itself answers EACCES and EPERM, too; but only with a log of its own.
  const bool verified = log.text().find("BEGIN PROG LOAD LOG") != std::string::npos;
  if (!program.empty() && (verified || result != -EPERM)) return Error{"refused", program, details};
  if (result == -EPERM || result == -EACCES) return Error{"no-permission", "", details};
  if (result == -ENOMEM) return Error{"no-memory", "its maps", details};
  return Error{"refused", bpf_object__name(object), details.empty() ? errno_text(-result) : details};
}

bool is_interrupted(const Failure& failure) { return failure && strcmp(failure->code, kInterrupted) == 0; }

}  // namespace falco
