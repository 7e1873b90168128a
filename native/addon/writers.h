// Whether somebody is still writing a file.
#pragma once

#include <string>

namespace falco {

// True when the regular file is open for writing anywhere on this host; false too where the file system cannot tell.
bool is_being_written(const std::string& path);

}  // namespace falco
