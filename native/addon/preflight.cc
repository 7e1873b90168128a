#include "preflight.h"

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <linux/capability.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace falco {
namespace {

// The ring buffer map and the capabilities CAP_BPF and CAP_PERFMON came with 5.8.
constexpr int kMajor = 5;
constexpr int kMinor = 8;

uint64_t effective_capabilities() {
  FILE* status = fopen("/proc/self/status", "re");
  // Without /proc nothing can be said; the load itself will tell.
  if (!status) return UINT64_MAX;
  uint64_t capabilities = UINT64_MAX;
  char line[256];
  while (fgets(line, sizeof(line), status)) {
    unsigned long long value;
    if (sscanf(line, "CapEff: %llx", &value) == 1) {
      capabilities = value;
      break;
    }
  }
  fclose(status);
  return capabilities;
}

std::string missing_capabilities() {
  const uint64_t have = effective_capabilities();
  const auto has = [have](int capability) { return (have >> capability & 1) != 0; };
  // CAP_SYS_ADMIN stands for both.
  if (has(CAP_SYS_ADMIN)) return "";
  std::string missing;
  if (!has(CAP_BPF)) missing = "CAP_BPF";
  if (!has(CAP_PERFMON)) missing += missing.empty() ? "CAP_PERFMON" : " and CAP_PERFMON";
  return missing;
}

}  // namespace

std::string running_kernel() {
  utsname name{};
  uname(&name);
  return name.release;
}

bool kernel_at_least(const std::string& release, int major, int minor) {
  int have_major = 0;
  int have_minor = 0;
  // A release that does not read as a version is not called too old: the load will tell.
  if (sscanf(release.c_str(), "%d.%d", &have_major, &have_minor) != 2) return true;
  return have_major > major || (have_major == major && have_minor >= minor);
}

Failure preflight(const Host& host) {
  if (!kernel_at_least(host.kernel_release, kMajor, kMinor)) return Error{"kernel-too-old", host.kernel_release, ""};
  const std::string missing = missing_capabilities();
  if (!missing.empty()) return Error{"no-permission", missing, ""};
  if (access(host.btf_path.c_str(), R_OK) != 0) return Error{"no-btf", host.btf_path, errno_text(errno)};
  return std::nullopt;
}

void raise_memlock(const Host& host) {
  if (kernel_at_least(host.kernel_release, 5, 11)) return;
  const rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
  setrlimit(RLIMIT_MEMLOCK, &unlimited);
}

}  // namespace falco
