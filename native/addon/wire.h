// The driver's wire contract, in this side's types.
#pragma once

#include <cstdint>
#include <linux/types.h>

namespace falco::wire {
#include "../driver/wire.h"
#include "../driver/ia32.h"
}

namespace falco {

// What one frame takes in a batch: frames start at multiples of 8.
inline uint32_t padded(uint32_t length) { return (length + 7) & ~7u; }

// A frame that holds one whole record and nothing else. `available`: bytes that may be read.
inline bool well_formed(const uint8_t* bytes, uint32_t available) {
  constexpr uint32_t smallest = sizeof(wire::frame) + sizeof(wire::record_header);
  if (available < smallest) return false;
  const auto* frame = reinterpret_cast<const wire::frame*>(bytes);
  const auto* record = reinterpret_cast<const wire::record_header*>(bytes + sizeof(wire::frame));
  return frame->length >= smallest && frame->length <= available && frame->length <= WIRE_MAX_RECORD &&
         record->length == frame->length - sizeof(wire::frame);
}

}  // namespace falco
