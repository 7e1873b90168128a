/**
 * What an attack needs that no shell can do: exact system calls. One command each; `attack COMMAND ARGUMENT...`.
 * A command ends with 0 when the call was made, also when the kernel refused what was bound to be refused.
 */
#ifndef ATTACK_H
#define ATTACK_H

typedef int (*attack_fn)(char **arguments);

struct command {
  const char *name;
  /** How many arguments it needs at least. */
  int needs;
  attack_fn run;
};

extern const struct command exec_commands[];
extern const struct command file_commands[];
extern const struct command kernel_commands[];
extern const struct command memory_commands[];
extern const struct command network_commands[];

/** Ends the program with a message and errno's text. */
_Noreturn void fail(const char *what);
/** Ends the program when the result is negative. */
long check(long result, const char *what);
/** Copies the running program into this descriptor. */
void copy_self_to(int to);
/** Does a command, as if the program had been started with it. */
int run_command(int count, char **words);
/** Waits for a child; its exit code. */
int await_child(int pid);
/** A child that does nothing until it is killed. */
int idle_child(void);
void end_child(int pid);

#endif
