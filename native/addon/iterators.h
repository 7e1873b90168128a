// The walk over all tasks and their files inside the kernel. Its records look like those of the rings.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "descriptor.h"
#include "loader.h"

namespace falco {

class Walk {
 public:
  // Loads the iterators, which stay loaded until the walk is destroyed. Their absence is no error: older kernels
  // have none, and /proc tells the same, slower.
  bool open(const std::string& object_path, const std::string& btf_path, const wire::constants& constants);

  // Fills `batch` with as many frames as fit. 0: the walk is over. -1: it broke off.
  int64_t read(uint8_t* batch, size_t capacity);

 private:
  bool begin(const char* program);
  // Reads on behind what is left of the last read. 0: nothing more. Negative: an error.
  ssize_t fill();
  size_t take(uint8_t* batch, size_t capacity);

  Object object_;
  Link link_;
  Descriptor iterator_;
  size_t next_program_ = 0;
  std::vector<uint8_t> stream_;
  size_t start_ = 0;
  size_t end_ = 0;
  bool malformed_ = false;
};

}  // namespace falco
