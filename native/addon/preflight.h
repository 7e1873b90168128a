// What must be true of the host before the driver is worth a try. Asked first because the kernel's own answer to all
// of it is a bare EPERM or EINVAL.
#pragma once

#include <string>

#include "errors.h"

namespace falco {

struct Host {
  // Kernel release as uname gives it; tests pass another.
  std::string kernel_release;
  std::string btf_path;
};

std::string running_kernel();
bool kernel_at_least(const std::string& release, int major, int minor);

Failure preflight(const Host& host);

// Kernels before 5.11 charge maps to RLIMIT_MEMLOCK. A refusal is no error: the limit may be wide enough.
void raise_memlock(const Host& host);

}  // namespace falco
