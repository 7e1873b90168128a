#include "cpus.h"

#include <bpf/libbpf.h>
#include <cstdio>

namespace falco {

int possible_cpus() {
  const int count = libbpf_num_possible_cpus();
  return count > 0 ? count : 0;
}

std::vector<bool> online_cpus(int possible) {
  std::vector<bool> online(static_cast<size_t>(possible), false);
  // A list such as 0-3,8,10-11.
  FILE* list = fopen("/sys/devices/system/cpu/online", "re");
  if (!list) return std::vector<bool>(online.size(), true);
  int first = 0;
  while (fscanf(list, "%d", &first) == 1) {
    int last = first;
    int next = fgetc(list);
    if (next == '-') {
      if (fscanf(list, "%d", &last) != 1) break;
      next = fgetc(list);
    }
    for (int cpu = first; cpu <= last && cpu < possible; cpu++) {
      if (cpu >= 0) online[static_cast<size_t>(cpu)] = true;
    }
    if (next != ',') break;
  }
  fclose(list);
  return online;
}

}  // namespace falco
