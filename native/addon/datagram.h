// Datagrams to AF_UNIX sockets (/dev/log, $NOTIFY_SOCKET), which Node has no means to send.
#pragma once

#include <cstddef>
#include <string_view>

namespace falco {

// One unconnected socket, so that a receiver may vanish and come back between two datagrams.
class DatagramSocket {
 public:
  DatagramSocket() = default;
  ~DatagramSocket();
  DatagramSocket(const DatagramSocket&) = delete;
  DatagramSocket& operator=(const DatagramSocket&) = delete;

  // Sends without ever blocking. `path` is a file, or an abstract name when it starts with '@' or NUL.
  // Returns 0 or the errno: EAGAIN says that the receiver is slow, ENOENT and ECONNREFUSED that there is none.
  int send(std::string_view path, const void* data, size_t length);

 private:
  int fd_ = -1;
};

}  // namespace falco
