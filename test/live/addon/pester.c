// Sends signals to a process without an end, until it is gone: `pester PID signal` SIGUSR2 every 100 us, `pester PID stop`
// stops it for a moment every 10 ms; with a third argument so many times only.
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
  const pid_t pid = atoi(argv[1]);
  const int stop = strcmp(argv[2], "stop") == 0;
  const long count = argc > 3 ? atol(argv[3]) : -1;
  for (long i = 0; i != count; i++) {
    if (kill(pid, stop ? SIGSTOP : SIGUSR2) != 0) return 0;
    if (stop) {
      usleep(1000);
      kill(pid, SIGCONT);
    }
    usleep(stop ? 10000 : 100);
  }
  return 0;
}
