// The driver's counters.
#pragma once

#include <string>
#include <vector>

#include "errors.h"

namespace falco {

// Names of the counters, in the order of their values.
const std::vector<std::string>& counter_names();

// Values of all counters of CPU 0, then of CPU 1, and so on, for all possible CPUs.
Failure read_counters(int map, std::vector<double>& values);

}  // namespace falco
