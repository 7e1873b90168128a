#include "preflight.h"

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <linux/capability.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <vector>

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

// Before 5.11 maps count against RLIMIT_MEMLOCK, whose usual limit is far too small for them.
bool is_memory_limited(const Host& host) {
  constexpr rlim_t kEnough = 1UL << 30;
  rlimit limit{};
  return !kernel_at_least(host.kernel_release, 5, 11) && getrlimit(RLIMIT_MEMLOCK, &limit) == 0 &&
         limit.rlim_max != RLIM_INFINITY && limit.rlim_max < kEnough;
}

std::string missing_capabilities(const Host& host) {
  const uint64_t have = effective_capabilities();
  const auto has = [have](int capability) { return (have >> capability & 1) != 0; };
  std::vector<std::string> missing;
  // CAP_SYS_ADMIN stands for both.
  if (!has(CAP_SYS_ADMIN) && !has(CAP_BPF)) missing.push_back("CAP_BPF");
  if (!has(CAP_SYS_ADMIN) && !has(CAP_PERFMON)) missing.push_back("CAP_PERFMON");
  if (!has(CAP_SYS_RESOURCE) && is_memory_limited(host)) missing.push_back("CAP_SYS_RESOURCE");
  std::string text;
  for (size_t i = 0; i < missing.size(); i++) {
    if (i > 0) text += i + 1 == missing.size() ? " and " : ", ";
    text += missing[i];
  }
  return text;
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
  const std::string missing = missing_capabilities(host);
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
