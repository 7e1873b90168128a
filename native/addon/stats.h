// The driver's counters.
#pragma once

#include <string>
#include <vector>

#include "errors.h"

namespace falco {

// Families of events, what becomes of them, and counters of a whole CPU, each in the order of their values.
const std::vector<std::string>& family_names();
const std::vector<std::string>& outcome_names();
const std::vector<std::string>& counter_names();

// For all possible CPUs, one after another: all outcomes of the first family, of the second, and so on; the counters.
Failure read_counters(int map, std::vector<double>& values);

}  // namespace falco
