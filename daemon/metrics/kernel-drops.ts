/** Losses of the driver under Falco's names: each in its order, with the driver's reasons that it sums. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  n_drops_buffer_clone_fork_exit: ['ring_full_clone_fork'],
  n_drops_buffer_execve_exit: ['ring_full_execve'],
  n_drops_buffer_connect_exit: ['ring_full_connect'],
  n_drops_buffer_open_exit: ['ring_full_open'],
  n_drops_buffer_dir_file_exit: ['ring_full_dir_file'],
  n_drops_buffer_other_interest_exit: ['ring_full_other_interest'],
  n_drops_buffer_close_exit: ['ring_full_close'],
  n_drops_buffer_proc_exit: ['ring_full_proc_exit'],
  n_drops_scratch_map: ['too_big', 'no_scratch', 'preempted', 'skipped'],
  n_drops_page_faults: [],
  n_drops_bug: ['malformed', 'no_ring'],
};

/** @param dropped counts by the driver's reasons. @returns counts by name, `n_drops_buffer_total` first */
export function kernelDrops(dropped: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const sum = (reasons: readonly string[]): number =>
    reasons.reduce((total, reason) => total + (dropped[reason] ?? 0), 0);
  const ringFull = Object.keys(dropped).filter(reason => reason.startsWith('ring_full_'));
  return {
    n_drops_buffer_total: sum(ringFull),
    ...Object.fromEntries(Object.entries(NAMES).map(([name, reasons]) => [name, sum(reasons)])),
  };
}

/** All that was lost. */
export function totalDrops(dropped: Readonly<Record<string, number>>): number {
  return Object.values(dropped).reduce((sum, count) => sum + count, 0);
}
