// Owner of mapped memory of a BPF map. A mapping keeps its map alive, so it must go for the map to go.
#pragma once

#include <cstddef>
#include <cstdint>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>

namespace falco {

inline size_t page_size() { return static_cast<size_t>(sysconf(_SC_PAGESIZE)); }

class Mapping {
 public:
  Mapping() = default;
  ~Mapping() { reset(); }
  Mapping(Mapping&& other) noexcept
      : address_(std::exchange(other.address_, nullptr)), length_(std::exchange(other.length_, 0)) {}
  Mapping& operator=(Mapping&& other) noexcept {
    if (this != &other) {
      reset();
      address_ = std::exchange(other.address_, nullptr);
      length_ = std::exchange(other.length_, 0);
    }
    return *this;
  }

  // False with errno set when the kernel refuses. `length` is rounded up to pages.
  bool map(int fd, size_t length, bool writable, size_t offset) {
    reset();
    length = (length + page_size() - 1) / page_size() * page_size();
    void* address =
        mmap(nullptr, length, PROT_READ | (writable ? PROT_WRITE : 0), MAP_SHARED, fd, static_cast<off_t>(offset));
    if (address == MAP_FAILED) return false;
    address_ = static_cast<uint8_t*>(address);
    length_ = length;
    return true;
  }

  uint8_t* get() const { return address_; }
  void reset() {
    if (address_) munmap(address_, length_);
    address_ = nullptr;
    length_ = 0;
  }

 private:
  uint8_t* address_ = nullptr;
  size_t length_ = 0;
};

}  // namespace falco
