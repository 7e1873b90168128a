// The two clocks of the driver: records carry epoch time, made from CLOCK_BOOTTIME and an offset that is fixed once.
#pragma once

#include <cstdint>

namespace falco {

// Nanoseconds of CLOCK_BOOTTIME: the clock that the kernel's programs read.
uint64_t boot_time();

// CLOCK_REALTIME minus CLOCK_BOOTTIME in nanoseconds, now. Later steps of the clock are not followed, as in every
// Falco: an offset that moves while records are in the rings would put them out of order.
uint64_t boot_offset();

}  // namespace falco
