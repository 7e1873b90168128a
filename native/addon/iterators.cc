#include "iterators.h"

#include <bpf/bpf.h>
#include <cerrno>
#include <cstring>

namespace falco {
namespace {

// Tasks before their files, so that the files find their owner.
constexpr const char* kPrograms[] = {WIRE_ITER_TASK, WIRE_ITER_TASK_FILE};
constexpr size_t kProgramCount = sizeof(kPrograms) / sizeof(kPrograms[0]);

constexpr size_t kStreamBytes = 4 * WIRE_MAX_RECORD;

}  // namespace

bool Walk::open(const std::string& object_path, const std::string& btf_path, const wire::constants& constants) {
  const auto load = [&]() -> Failure {
    if (Failure failure = open_object(object_path, btf_path, constants, object_)) return failure;
    bpf_map* scratch = bpf_object__find_map_by_name(object_.get(), WIRE_MAP_SCRATCH);
    if (scratch) bpf_map__set_max_entries(scratch, constants.cpus * constants.scratches);
    return load_object(object_.get());
  };
  if (undisturbed(load)) return false;
  stream_.resize(kStreamBytes);
  return true;
}

bool Walk::begin(const char* name) {
  LogCapture log;
  const bpf_program* program = bpf_object__find_program_by_name(object_.get(), name);
  if (!program) return false;
  iterator_.reset();
  link_.reset(bpf_program__attach_iter(program, nullptr));
  if (!link_) return false;
  iterator_ = Descriptor(bpf_iter_create(bpf_link__fd(link_.get())));
  return static_cast<bool>(iterator_);
}

ssize_t Walk::fill() {
  if (start_ > 0) {
    memmove(stream_.data(), stream_.data() + start_, end_ - start_);
    end_ -= start_;
    start_ = 0;
  }
  for (;;) {
    const ssize_t got = ::read(iterator_.get(), stream_.data() + end_, stream_.size() - end_);
    // EAGAIN: the kernel saw very many tasks without a word from the program, and paused.
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got > 0) end_ += static_cast<size_t>(got);
    return got;
  }
}

// Moves whole frames from the stream; the stream has no padding between them, a batch has.
size_t Walk::take(uint8_t* batch, size_t capacity) {
  size_t used = 0;
  while (end_ - start_ >= sizeof(wire::frame)) {
    wire::frame frame;
    memcpy(&frame, stream_.data() + start_, sizeof(frame));
    if (frame.length < sizeof(wire::frame) + sizeof(wire::record_header) || frame.length > WIRE_MAX_RECORD) {
      malformed_ = true;
      break;
    }
    if (frame.length > end_ - start_) break;
    const size_t length = padded(frame.length);
    if (length > capacity - used) break;
    memset(batch + used + length - 8, 0, 8);
    memcpy(batch + used, stream_.data() + start_, frame.length);
    if (!well_formed(batch + used, frame.length)) {
      malformed_ = true;
      break;
    }
    used += length;
    start_ += frame.length;
  }
  return used;
}

int64_t Walk::read(uint8_t* batch, size_t capacity) {
  size_t used = 0;
  for (;;) {
    used += take(batch + used, capacity - used);
    if (malformed_) return -1;
    // Not enough room for whatever comes next.
    if (capacity - used < WIRE_MAX_RECORD) return static_cast<int64_t>(used);
    if (iterator_) {
      const ssize_t got = fill();
      if (got > 0) continue;
      if (got < 0 || end_ != start_) return -1;
      iterator_.reset();
    }
    if (next_program_ == kProgramCount) return static_cast<int64_t>(used);
    if (!begin(kPrograms[next_program_++])) return -1;
  }
}

}  // namespace falco
