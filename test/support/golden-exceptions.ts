import type { Difference } from './golden.js';

/** A field that differs from the reference's, and why. */
export interface GoldenException {
  readonly field: string;
  readonly why: string;
  /** Where it does, when that is not everywhere; `other` reads the reference's value of another field of the event. */
  readonly when?: (difference: Difference, other: (field: string) => string) => boolean;
}

const LAST_RENDERED = 'the reference counts by the directory that it rendered for evt.args just before';

/** All that differs. None of these fields decides in an upstream rule. */
export const GOLDEN_EXCEPTIONS: readonly GoldenException[] = [
  {
    field: 'fd.types',
    why: 'a set: the reference lists it in the order of its hash table',
    when: ({ expected, actual }) => sorted(expected) === sorted(actual),
  },
  {
    field: 'proc.ppid.duration',
    why: 'the reference gives what was left in memory when the start of the parent is not known',
    when: ({ actual }) => actual === 'null',
  },
  {
    field: 'proc.exe_ino.ctime_duration_pidns_start',
    why: 'the reference gives what was left in memory when the change time of the executable is not known',
    when: ({ actual }, other) => actual === 'null' && other('proc.exe_ino.ctime') === 'null',
  },
  {
    field: 'evt.buffer',
    why: 'the reference gives what was left in memory, often after the word NULL, when there are no data',
    when: ({ actual }) => actual === 'null',
  },
  {
    field: 'evt.count.error.file',
    why: LAST_RENDERED,
    when: ({ type }) => type === 'linkat' || type === 'renameat',
  },
  {
    field: 'evt.count.error.other',
    why: LAST_RENDERED,
    when: ({ type }) => type === 'linkat' || type === 'renameat',
  },
  {
    field: 'proc.nchilds',
    why: 'when the leader of a process is gone, the event traces of the reference say one less than its captures',
    when: ({ expected, actual }, other) =>
      Number(expected) === Number(actual) + 1 && expected === other('proc.nthreads'),
  },
  {
    field: 'user.shell',
    why: 'these dumps were made without the container plugin: the reference took containers for the host',
    when: ({ expected, actual }) => actual === '"<NA>"' && expected === '"/bin/bash"',
  },
];

function sorted(list: string): string {
  const items = JSON.parse(list) as readonly string[] | null;
  return JSON.stringify(items === null ? null : [...items].sort());
}

/** The exception that a difference falls under. */
export function exceptionFor(
  difference: Difference,
  other: (field: string) => string,
): GoldenException | undefined {
  return GOLDEN_EXCEPTIONS.find(
    ({ field, when }) => field === difference.field && (when === undefined || when(difference, other)),
  );
}
