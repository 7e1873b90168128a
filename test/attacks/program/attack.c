#include "attack.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_WORDS 16

static const struct command *const groups[] = {exec_commands, file_commands, kernel_commands, memory_commands,
                                               network_commands};

void fail(const char *what)
{
  fprintf(stderr, "attack: %s: %s\n", what, strerror(errno));
  exit(1);
}

long check(long result, const char *what)
{
  if (result < 0)
    fail(what);
  return result;
}

void copy_self_to(int to)
{
  struct stat self;
  int from = check(open("/proc/self/exe", O_RDONLY | O_CLOEXEC), "open /proc/self/exe");
  check(fstat(from, &self), "fstat");
  for (off_t at = 0; at < self.st_size;)
    check(sendfile(to, from, &at, self.st_size - at), "sendfile");
  close(from);
}

int await_child(int pid)
{
  int status;
  check(waitpid(pid, &status, 0), "waitpid");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int idle_child(void)
{
  int pid = check(fork(), "fork");
  if (pid != 0)
    return pid;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (;;)
    pause();
}

void end_child(int pid)
{
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
}

int run_command(int count, char **words)
{
  for (size_t group = 0; group < sizeof(groups) / sizeof(*groups); group++)
    for (const struct command *command = groups[group]; command->name; command++) {
      if (strcmp(command->name, words[0]) != 0)
        continue;
      if (count <= command->needs) {
        fprintf(stderr, "attack: %s needs %d arguments\n", command->name, command->needs);
        return 2;
      }
      return command->run(words + 1);
    }
  fprintf(stderr, "attack: no such command: %s\n", words[0]);
  return 2;
}

/** ATTACK_DO holds the command where a copy stands in for another program and its arguments are those of that. */
int main(int argc, char **argv)
{
  char *instead = getenv("ATTACK_DO"), *words[MAX_WORDS + 1] = {0};
  if (!instead) {
    if (argc < 2) {
      fprintf(stderr, "usage: attack COMMAND ARGUMENT...\n");
      return 2;
    }
    return run_command(argc - 1, argv + 1);
  }
  int count = 0;
  char *copy = strdup(instead);
  unsetenv("ATTACK_DO");
  for (char *word = strtok(copy, " "); word && count < MAX_WORDS; word = strtok(NULL, " "))
    words[count++] = word;
  return count == 0 ? 0 : run_command(count, words);
}
