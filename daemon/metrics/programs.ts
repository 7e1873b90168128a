/** Programs of the driver under the names that Falco's programs at the same places of the kernel have. */
const NAMES: Readonly<Record<string, string>> = {
  dispatch: 'sys_exit',
  dispatch_perf: 'sys_exit',
  task_exit: 'sched_proc_exit',
  exit_perf: 'sched_proc_exit',
  exec_done: 'sched_p_exec',
  exec_perf: 'sched_p_exec',
  task_new: 'sched_p_fork',
};

export function programName(name: string): string {
  return NAMES[name] ?? name;
}
