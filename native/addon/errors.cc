#include "errors.h"

#include <cstring>

namespace falco {

std::string errno_text(int number) {
  const char* name = strerrorname_np(number);
  const char* text = strerrordesc_np(number);
  if (!name || !text) return "error " + std::to_string(number);
  return std::string(name) + " (" + text + ")";
}

}  // namespace falco
