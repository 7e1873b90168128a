/** Severities of rules: the index is the number that alerts and syslog carry. */
export const PRIORITY_NAMES = [
  'Emergency',
  'Alert',
  'Critical',
  'Error',
  'Warning',
  'Notice',
  'Informational',
  'Debug',
] as const;
export type Priority = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

const numbers: ReadonlyMap<string, Priority> = new Map([
  ...PRIORITY_NAMES.map((name, index) => [name.toLowerCase(), index as Priority] as const),
  ['info', 6],
]);

/** The priority of that name, in whatever case; `info` is short for Informational. */
export function parsePriority(text: string): Priority | undefined {
  return numbers.get(text.toLowerCase());
}
