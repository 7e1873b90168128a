#include "clock.h"

#include <ctime>

namespace falco {
namespace {

uint64_t now(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(time.tv_nsec);
}

}  // namespace

uint64_t boot_time() { return now(CLOCK_BOOTTIME); }

uint64_t boot_offset() {
  // The tightest of some readings: between two of them the thread may have lost the CPU.
  uint64_t best_width = UINT64_MAX;
  uint64_t offset = 0;
  for (int i = 0; i < 16; i++) {
    const uint64_t before = now(CLOCK_BOOTTIME);
    const uint64_t real = now(CLOCK_REALTIME);
    const uint64_t after = now(CLOCK_BOOTTIME);
    if (after - before < best_width) {
      best_width = after - before;
      offset = real - (before + best_width / 2);
    }
  }
  return offset;
}

}  // namespace falco
