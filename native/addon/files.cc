#include "files.h"

#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace falco {

int open_pipe(Pipe& pipe) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return errno;
  // Each end has flags of its own: the program that reads finds a pipe like any other.
  if (fcntl(ends[1], F_SETFL, O_NONBLOCK) != 0) {
    const int error = errno;
    close(ends[0]);
    close(ends[1]);
    return error;
  }
  pipe = {ends[0], ends[1]};
  return 0;
}

int pipe_state(int fd, PipeState& state) {
  int unread = 0;
  if (ioctl(fd, FIONREAD, &unread) != 0) return errno;
  pollfd look{fd, POLLOUT, 0};
  if (poll(&look, 1, 0) < 0) return errno;
  state = {static_cast<uint32_t>(unread), (look.revents & POLLERR) == 0};
  return 0;
}

int lock_file(int fd) { return flock(fd, LOCK_EX | LOCK_NB) == 0 ? 0 : errno; }

}  // namespace falco
