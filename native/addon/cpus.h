// The CPUs of this machine as the driver counts them.
#pragma once

#include <vector>

namespace falco {

// CPUs that may ever come online: indices of per-CPU map values. 0 when the kernel does not tell.
int possible_cpus();

// By index below possible_cpus(): online now.
std::vector<bool> online_cpus(int possible);

}  // namespace falco
