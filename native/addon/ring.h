// The reading end of the driver's ring buffers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "descriptor.h"
#include "errors.h"
#include "mapping.h"

namespace falco {

// One BPF ring buffer, mapped. Positions count bytes for ever; the ring holds those from `consumed` to `produced`.
class Ring {
 public:
  // Takes over the map's descriptor. False with errno set when it cannot be mapped.
  bool open(Descriptor map, size_t bytes);
  int fd() const { return map_.get(); }
  bool empty() const;

  // Fixes what the coming drain may see: what was produced up to now.
  void snapshot();

  enum class Head { record, busy, end };
  // Looks at the next sample; discarded and malformed ones are passed over. After `record`, `time`, `frame` and
  // `frame_length` describe it, and `take` passes it.
  Head look();
  uint64_t time() const { return time_; }
  const uint8_t* frame() const { return frame_; }
  uint32_t frame_length() const { return frame_length_; }
  void take();

  // After `busy`: time of the first complete record behind the samples that are still being written; UINT64_MAX
  // when there is none.
  uint64_t time_behind_busy() const;

  // Gives the space of what was taken back to the kernel.
  void release();

  uint64_t malformed() const { return malformed_; }

 private:
  uint32_t header_at(uint64_t position) const;
  const uint8_t* sample_at(uint64_t position) const { return data_ + (position & mask_) + kHeader; }
  void pass(uint32_t sample_length) { position_ += (sample_length + kHeader + 7) & ~7u; }

  static constexpr uint32_t kHeader = 8;

  Descriptor map_;
  Mapping consumer_;
  Mapping producer_;
  const uint8_t* data_ = nullptr;
  uint64_t mask_ = 0;
  uint64_t position_ = 0;
  uint64_t released_ = 0;
  uint64_t end_ = 0;
  uint64_t time_ = 0;
  const uint8_t* frame_ = nullptr;
  uint32_t frame_length_ = 0;
  uint32_t sample_length_ = 0;
  uint64_t malformed_ = 0;
};

// All rings of a driver, read as one stream in the order of time.
class RingSet {
 public:
  // False with errno set when the ring cannot be mapped.
  bool add(Descriptor map, size_t bytes);
  // To be called once, after the last `add`.
  Failure finish();

  // Moves records into `batch`, see ring.cc; returns the bytes used. `boot_offset` is that of the records.
  size_t drain(uint8_t* batch, size_t capacity, uint64_t boot_offset);

  // Blocks until a ring has something or the time is over; true when there may be something. `sleeping` is the
  // driver's flag that makes it wake the reader.
  bool wait(int timeout_ms, volatile uint8_t* sleeping);

  uint64_t malformed() const;

 private:
  void sift(size_t index);

  std::vector<Ring> rings_;
  // Indices of rings with a record to deliver, as a heap with the earliest on top; kept for its memory.
  std::vector<uint32_t> heap_;
  Descriptor epoll_;
};

}  // namespace falco
