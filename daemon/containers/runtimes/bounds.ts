/** How much is kept of one container, whatever its runtime says: thousands of them stay in memory. */
import { toByteString, type ByteString } from '../../events/byte-string.js';
import type { Labels } from '../container.js';
import { textOf } from './json.js';

const MOST_ENTRIES = 256;
const MOST_TEXT = 4096;

/** The first entries of a list. */
export function bounded<T>(values: readonly T[]): readonly T[] {
  return values.slice(0, MOST_ENTRIES);
}

/** The text, cut where it is too long. */
export function boundedText(value: unknown): ByteString {
  return textOf(value).slice(0, MOST_TEXT);
}

/** The labels that are not too long (`longest` bytes; 0: any length that can be kept). */
export function boundedLabels(entries: Iterable<readonly [string, unknown]>, longest: number): Labels {
  const most = longest === 0 ? MOST_TEXT : Math.min(longest, MOST_TEXT);
  const labels: [ByteString, ByteString][] = [];
  for (const [key, value] of entries) {
    if (labels.length === MOST_ENTRIES) break;
    const label = textOf(value);
    if (label.length <= most && key.length <= MOST_TEXT) labels.push([toByteString(key), label]);
  }
  return labels;
}
