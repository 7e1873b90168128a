// Why something cannot be done, as a value: facts only. The words for the operator are in daemon/addon/error-text.ts.
#pragma once

#include <optional>
#include <string>

namespace falco {

struct Error {
  // One of the codes of DriverError in daemon/addon/driver.ts.
  const char* code;
  // What the code is about: a path, a program, missing capabilities, a kernel release.
  std::string subject;
  // For a bug report; may be empty.
  std::string details;
};

using Failure = std::optional<Error>;

// Name and description of an errno.
std::string errno_text(int number);

}  // namespace falco
