#include "writers.h"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace falco {

bool is_being_written(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0) return false;
  // The kernel refuses a read lease with EAGAIN while a writer has the file open. One that comes while we hold it
  // makes the kernel send a signal: SIGURG, which does nothing, in place of SIGIO, which would end the process.
  const bool safe = fcntl(fd, F_SETSIG, SIGURG) == 0;
  const bool busy = safe && fcntl(fd, F_SETLEASE, F_RDLCK) != 0 && errno == EAGAIN;
  if (safe && !busy) fcntl(fd, F_SETLEASE, F_UNLCK);
  close(fd);
  return busy;
}

}  // namespace falco
