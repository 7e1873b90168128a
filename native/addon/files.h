// What Node has no means for with pipes and files: a pipe whose other end one can look at, and a lock.
#pragma once

#include <cstdint>

namespace falco {

struct Pipe {
  int read = -1;
  int write = -1;
};

// A pipe whose write end does not block. Neither end outlives an exec. Returns 0 or the errno.
int open_pipe(Pipe& pipe);

struct PipeState {
  // Bytes that were written and that nobody has read.
  uint32_t unread = 0;
  // Somebody holds the read end.
  bool has_reader = false;
};

// Looks at a pipe from its write end. Returns 0 or the errno.
int pipe_state(int fd, PipeState& state);

// Locks an open file for this process, as long as it is open. Returns 0 or the errno; EWOULDBLOCK: another has it.
int lock_file(int fd);

}  // namespace falco
