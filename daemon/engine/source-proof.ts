/**
 * Whether the driver still sees what happens. A host may be silent for long, so silence proves nothing: the worker
 * itself makes a system call that the driver has to count (as one of the daemon's own, which are not sent), and what
 * was sent has to arrive.
 */
import { closeSync, openSync } from 'node:fs';
import type { DriverStats } from '../addon/driver.js';
import { syscallByName } from '../events/syscall-table.js';

export class SourceProof {
  #own = -1;
  #submitted = 0;
  #records = 0;
  /** Looks in a row at which records had been sent and none had arrived. */
  #missing = 0;

  /**
   * One look, about once a second.
   *
   * @param watched whether the driver looks at the calls that `provoke` makes
   * @param records that have arrived from it so far
   * @returns whether it was seen to work since the look before
   */
  check(stats: Pick<DriverStats, 'own' | 'submitted'>, watched: boolean, records: number): boolean {
    const sees = !watched || stats.own !== this.#own;
    // Records that were sent just now may still be on their way: they count at the look after.
    if (records !== this.#records) this.#missing = 0;
    else if (stats.submitted !== this.#submitted) this.#missing++;
    this.#own = stats.own;
    this.#submitted = stats.submitted;
    this.#records = records;
    return sees && this.#missing < 2;
  }
}

/** Native number of close: the driver looks at it whenever the tables of descriptors are kept. */
export const PROOF_CALL = syscallByName('close')![process.arch === 'arm64' ? 'arm64' : 'x86_64']!;

export function provoke(): void {
  try {
    closeSync(openSync('/dev/null', 'r'));
  } catch {
    // No descriptor is left, or there is no such file: then other calls of the daemon have to do as proof.
  }
}
