import { ERRNO_NAMES } from '../events/tables/errno.js';
import type { EventView } from '../state/event.js';
import type { Extractors } from './extractor.js';

/** The call returned an error. */
export function failed(evt: EventView): boolean {
  return evt.hasResult && evt.result < 0;
}

function resultName(evt: EventView): string | null {
  if (!evt.hasResult) return null;
  if (evt.result >= 0) return 'SUCCESS';
  // Calls that return a process show the number of their error, as in Falco.
  const isPid = evt.row.params[evt.row.resultParam]?.type === 'PID';
  return (isPid ? undefined : ERRNO_NAMES[-evt.result]) ?? String(evt.result);
}

/** The result of the call. */
export const evtResultFields: Extractors = {
  'evt.res': { cost: 1, extract: resultName },
  'evt.rawres': { cost: 1, extract: evt => (evt.hasResult ? evt.result : null) },
  'evt.failed': { cost: 1, extract: evt => (evt.hasResult ? evt.result < 0 : null) },
  'evt.count.error': { cost: 1, extract: evt => (evt.hasResult ? Number(evt.result < 0) : null) },
};
