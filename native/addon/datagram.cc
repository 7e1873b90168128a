#include "datagram.h"

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace falco {

DatagramSocket::~DatagramSocket() {
  if (fd_ >= 0) close(fd_);
}

int DatagramSocket::send(std::string_view path, const void* data, size_t length) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty()) return EINVAL;
  const bool abstract = path[0] == '@' || path[0] == '\0';
  // A file's name needs its closing NUL inside sun_path, an abstract one has none.
  if (path.size() > sizeof(address.sun_path) - (abstract ? 0 : 1)) return ENAMETOOLONG;
  memcpy(address.sun_path, path.data(), path.size());
  if (abstract) address.sun_path[0] = '\0';
  const socklen_t size =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + (abstract ? 0 : 1));

  if (fd_ < 0) fd_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) return errno;
  ssize_t sent;
  do {
    sent = sendto(fd_, data, length, MSG_DONTWAIT | MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address), size);
  } while (sent < 0 && errno == EINTR);
  return sent < 0 ? errno : 0;
}

}  // namespace falco
