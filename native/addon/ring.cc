// Hot path: draining the rings. Benchmark: test/bench/drain.ts.
//
// The order of what is delivered. The driver stamps an event, reserves its sample a little later, fills it and
// submits it. A thread that moves to another CPU may leave its earlier event in one ring and its later event in
// another, and the state engine must see the earlier one first. A drain does, in this order:
//
//   1. reads the clock: `cutoff`;
//   2. takes a snapshot of the producer position of every ring;
//   3. merges the heads of the rings by time, delivering only records stamped before `cutoff`.
//
// Let E1 and E2 be events of one thread, E1 in ring A and E2 in ring B. E2 was stamped after E1 was submitted, hence
// after E1 and everything that lies before E1 in A were reserved, and later than all of their stamps.
//   - If E1 was not yet in the snapshot of A, it was submitted after the cutoff, so E2 is stamped after the cutoff:
//     it stays.
//   - If E1 is in the snapshot, then every head of A up to E1 has an earlier stamp than E2, so the merge passes all
//     of them first. That holds even where CPUs share a ring and its records are not in order of their stamps.
//   - If the merge stops in A before E1, because some sample S there is still being written, E2 must stay, too. S has
//     no stamp to compare with, but the first complete record C behind S has: E1 is C or lies behind it, so E2 is
//     later than C. Records not before C's stamp are held back. Samples behind S that are not complete belong to
//     threads that are in the middle of their event, whose next one comes after the cutoff.
//
// In the same ring the order is that of the reservations, which is right for each thread by itself. Clocks of the
// CPUs are taken to agree to within the time that a thread needs to move between them.
#include "ring.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <linux/bpf.h>
#include <sys/epoll.h>

#include "clock.h"
#include "wire.h"

namespace falco {
namespace {

// Space goes back to the kernel in pieces of this size: soon enough to be of use, seldom enough that the line with
// the consumer's position stays with the producers.
constexpr uint64_t kReleaseEvery = 64 * 1024;

// The kernel offers the data twice in a row, so that a sample is contiguous even where it wraps around. As much of the
// second copy as the longest sample needs is enough; the whole of it would count as resident memory.
constexpr uint64_t kLongestSample = WIRE_MAX_RECORD;
constexpr uint64_t kSecondCopy = kLongestSample + BPF_RINGBUF_HDR_SZ;

}  // namespace

bool Ring::open(Descriptor map, size_t bytes) {
  map_ = std::move(map);
  if (!consumer_.map(map_.get(), page_size(), true, 0)) return false;
  if (!producer_.map(map_.get(), page_size() + bytes + std::min<uint64_t>(bytes, kSecondCopy), false, page_size())) return false;
  data_ = producer_.get() + page_size();
  mask_ = bytes - 1;
  position_ = released_ = *reinterpret_cast<const uint64_t*>(consumer_.get());
  return true;
}

bool Ring::empty() const {
  return __atomic_load_n(reinterpret_cast<const uint64_t*>(producer_.get()), __ATOMIC_ACQUIRE) == position_;
}

void Ring::snapshot() {
  end_ = __atomic_load_n(reinterpret_cast<const uint64_t*>(producer_.get()), __ATOMIC_ACQUIRE);
}

uint32_t Ring::header_at(uint64_t position) const {
  return __atomic_load_n(reinterpret_cast<const uint32_t*>(data_ + (position & mask_)), __ATOMIC_ACQUIRE);
}

Ring::Head Ring::look() {
  while (position_ < end_) {
    const uint32_t header = header_at(position_);
    if (header & BPF_RINGBUF_BUSY_BIT) return Head::busy;
    const uint32_t length = header & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
    if (length > mask_ || length > kLongestSample) {
      // Not a length that the driver writes. Nothing behind it can be found again: give up what is there.
      malformed_++;
      position_ = end_;
      break;
    }
    const uint8_t* sample = sample_at(position_);
    if (!(header & BPF_RINGBUF_DISCARD_BIT)) {
      if (well_formed(sample, length)) {
        time_ = reinterpret_cast<const wire::record_header*>(sample + sizeof(wire::frame))->ts;
        frame_ = sample;
        frame_length_ = reinterpret_cast<const wire::frame*>(sample)->length;
        sample_length_ = length;
        return Head::record;
      }
      malformed_++;
    }
    pass(length);
  }
  return Head::end;
}

void Ring::take() {
  pass(sample_length_);
  if (position_ - released_ >= kReleaseEvery) release();
}

uint64_t Ring::time_behind_busy() const {
  // The length is written at the reservation, so samples that are not complete can be passed over.
  uint64_t position = position_;
  while (position < end_) {
    const uint32_t header = header_at(position);
    const uint32_t length = header & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
    if (length > mask_ || length > kLongestSample) break;
    if (!(header & (BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT)) && well_formed(sample_at(position), length)) {
      return reinterpret_cast<const wire::record_header*>(sample_at(position) + sizeof(wire::frame))->ts;
    }
    position += (length + kHeader + 7) & ~7u;
  }
  return UINT64_MAX;
}

void Ring::release() {
  if (position_ == released_) return;
  released_ = position_;
  __atomic_store_n(reinterpret_cast<uint64_t*>(consumer_.get()), position_, __ATOMIC_RELEASE);
}

bool RingSet::add(Descriptor map, size_t bytes) {
  rings_.emplace_back();
  if (rings_.back().open(std::move(map), bytes)) return true;
  const int reason = errno;
  rings_.pop_back();
  errno = reason;
  return false;
}

Failure RingSet::finish() {
  heap_.reserve(rings_.size());
  epoll_ = Descriptor(epoll_create1(EPOLL_CLOEXEC));
  if (!epoll_) return Error{"unsupported", "epoll_create1", errno_text(errno)};
  for (const Ring& ring : rings_) {
    epoll_event interest{};
    interest.events = EPOLLIN;
    if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, ring.fd(), &interest) != 0) {
      return Error{"unsupported", "epoll_ctl on a ring buffer", errno_text(errno)};
    }
  }
  return std::nullopt;
}

void RingSet::sift(size_t index) {
  const uint32_t moving = heap_[index];
  const uint64_t time = rings_[moving].time();
  for (;;) {
    size_t child = 2 * index + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && rings_[heap_[child + 1]].time() < rings_[heap_[child]].time()) child++;
    if (rings_[heap_[child]].time() >= time) break;
    heap_[index] = heap_[child];
    index = child;
  }
  heap_[index] = moving;
}

size_t RingSet::drain(uint8_t* batch, size_t capacity, uint64_t boot_offset) {
  uint64_t limit = boot_offset + boot_time();
  std::atomic_thread_fence(std::memory_order_seq_cst);
  for (Ring& ring : rings_) ring.snapshot();

  heap_.clear();
  for (uint32_t i = 0; i < rings_.size(); i++) {
    const Ring::Head head = rings_[i].look();
    if (head == Ring::Head::record) heap_.push_back(i);
    if (head == Ring::Head::busy) limit = std::min(limit, rings_[i].time_behind_busy());
  }
  for (size_t i = heap_.size(); i-- > 0;) sift(i);

  size_t used = 0;
  while (!heap_.empty()) {
    Ring& ring = rings_[heap_[0]];
    if (ring.time() >= limit) break;
    // Samples are padded to 8 in the ring as well, so the padding may be copied with them.
    const size_t length = padded(ring.frame_length());
    if (length > capacity - used) break;
    memcpy(batch + used, ring.frame(), length);
    used += length;
    ring.take();
    const Ring::Head head = ring.look();
    if (head != Ring::Head::record) {
      if (head == Ring::Head::busy) limit = std::min(limit, ring.time_behind_busy());
      heap_[0] = heap_.back();
      heap_.pop_back();
      if (heap_.empty()) break;
    }
    sift(0);
  }
  for (Ring& ring : rings_) ring.release();
  return used;
}

bool RingSet::wait(int timeout_ms, volatile uint8_t* sleeping) {
  // The flag first, then, behind a full barrier, the rings. A producer submits, which is a full barrier as well, and
  // then looks at the flag: one of the two sees the other, and no wake-up is lost.
  __atomic_store_n(sleeping, 1, __ATOMIC_SEQ_CST);
  std::atomic_thread_fence(std::memory_order_seq_cst);
  bool ready = std::any_of(rings_.begin(), rings_.end(), [](const Ring& ring) { return !ring.empty(); });
  if (!ready) {
    epoll_event event{};
    // Interrupted by a signal counts as ready: the caller looks, and waits again.
    ready = epoll_wait(epoll_.get(), &event, 1, timeout_ms) != 0;
  }
  __atomic_store_n(sleeping, 0, __ATOMIC_RELAXED);
  return ready;
}

uint64_t RingSet::malformed() const {
  uint64_t sum = 0;
  for (const Ring& ring : rings_) sum += ring.malformed();
  return sum;
}

}  // namespace falco
