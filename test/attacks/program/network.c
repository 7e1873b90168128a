/** Connections and sockets. Nothing is sent to addresses outside of this host but the request to connect. */
#define _GNU_SOURCE
#include "attack.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct sockaddr_in address_of(const char *ip, const char *port)
{
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(port))};
  if (inet_pton(AF_INET, ip, &address.sin_addr) != 1)
    errno = EINVAL, fail(ip);
  return address;
}

static int packet_socket(char **arguments)
{
  (void)arguments;
  return close(check(socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)), "socket"));
}

static int raw_socket(char **arguments)
{
  (void)arguments;
  return close(check(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP), "socket"));
}

/** connect ADDRESS PORT: whether anybody is there does not matter. */
static int do_connect(char **arguments)
{
  struct sockaddr_in to = address_of(arguments[0], arguments[1]);
  int fd = check(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
  if (connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0 && errno == EINPROGRESS)
    poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, 200);
  return close(fd);
}

/** send-udp ADDRESS PORT: one byte, without a connection; only to this host. */
static int send_udp(char **arguments)
{
  struct sockaddr_in to = address_of(arguments[0], arguments[1]);
  int fd = check(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");
  if (sendto(fd, "x", 1, 0, (struct sockaddr *)&to, sizeof(to)) < 0)
    perror("attack: sendto");
  return close(fd);
}

/** A connection of this host to itself; `far` is the end that was accepted. */
static int loopback(int *far)
{
  struct sockaddr_in address = address_of("127.0.0.1", "0");
  socklen_t size = sizeof(address);
  int listener = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
  int near = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
  check(bind(listener, (struct sockaddr *)&address, sizeof(address)), "bind");
  check(getsockname(listener, (struct sockaddr *)&address, &size), "getsockname");
  check(listen(listener, 1), "listen");
  check(connect(near, (struct sockaddr *)&address, sizeof(address)), "connect");
  *far = check(accept(listener, NULL, NULL), "accept");
  close(listener);
  return near;
}

/** shell-on-socket PROGRAM ARGUMENT...: standard streams are a connection; what it prints comes back through it. */
static int shell_on_socket(char **arguments)
{
  int far, near = loopback(&far);
  int pid = check(fork(), "fork");
  if (pid == 0) {
    close(far);
    for (int stream = 0; stream < 3; stream++)
      check(dup2(near, stream), "dup2");
    execvp(arguments[0], arguments);
    fail(arguments[0]);
  }
  close(near);
  shutdown(far, SHUT_WR);
  for (char data[256]; read(far, data, sizeof(data)) > 0;)
    ;
  return await_child(pid);
}

/** duplicate-on-socket: the streams are turned to the connection in the program itself, without another one. */
static int duplicate_on_socket(char **arguments)
{
  (void)arguments;
  int far, near = loopback(&far);
  for (int stream = 0; stream < 3; stream++)
    check(dup2(near, stream), "dup2");
  return 0;
}

/** listen SECONDS ADDRESS: prints the port at which this host can be reached; hangs up on everybody. */
static int do_listen(char **arguments)
{
  struct sockaddr_in at = address_of(arguments[1], "0");
  socklen_t size = sizeof(at);
  int fd = check(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  check(bind(fd, (struct sockaddr *)&at, sizeof(at)), "bind");
  check(getsockname(fd, (struct sockaddr *)&at, &size), "getsockname");
  check(listen(fd, 4), "listen");
  printf("%d\n", ntohs(at.sin_port));
  fflush(stdout);
  while (poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, 1000 * atoi(arguments[0])) > 0) {
    int peer = check(accept(fd, NULL, NULL), "accept");
    shutdown(peer, SHUT_WR);
    poll(&(struct pollfd){.fd = peer, .events = POLLIN}, 1, 500);
    close(peer);
  }
  return 0;
}

/** connect-unix PATH: listens there, too, so that somebody answers. */
static int connect_unix(char **arguments)
{
  struct sockaddr_un at = {.sun_family = AF_UNIX};
  snprintf(at.sun_path, sizeof(at.sun_path), "%s", arguments[0]);
  int listener = check(socket(AF_UNIX, SOCK_STREAM, 0), "socket");
  int near = check(socket(AF_UNIX, SOCK_STREAM, 0), "socket");
  check(bind(listener, (struct sockaddr *)&at, sizeof(at)), "bind");
  int listening = listen(listener, 1);
  int connected = listening < 0 ? -1 : connect(near, (struct sockaddr *)&at, sizeof(at));
  unlink(arguments[0]);
  return check(connected, "connect");
}

const struct command network_commands[] = {
    {"packet-socket", 0, packet_socket},
    {"raw-socket", 0, raw_socket},
    {"connect", 2, do_connect},
    {"send-udp", 2, send_udp},
    {"shell-on-socket", 1, shell_on_socket},
    {"duplicate-on-socket", 0, duplicate_on_socket},
    {"connect-unix", 1, connect_unix},
    {"listen", 2, do_listen},
    {NULL, 0, NULL},
};
