import type { ByteString } from '../events/byte-string.js';

const SLOTS = 128;
/** Longer ones are not kept: paths are not longer, and 128 of other texts would be much. */
const LONGEST = 4096;

/**
 * `part` with a memory of its latest answers, for parts of paths: the same few programs and files make nearly all
 * events, and a new string for each would have to be collected, and hashed wherever it is looked up. Hot path.
 */
export function keptText(part: (text: ByteString) => ByteString): (text: ByteString) => ByteString {
  const texts: ByteString[] = Array.from({ length: SLOTS }, () => '');
  const parts: ByteString[] = Array.from({ length: SLOTS }, () => part(''));
  return text => {
    const { length } = text;
    if (length > LONGEST) return part(text);
    // Paths of one length differ at their ends, mostly.
    const slot =
      length < 2
        ? 0
        : (length * 5 + text.charCodeAt(length - 1) * 3 + text.charCodeAt(length - 2)) & (SLOTS - 1);
    if (texts[slot] !== text) {
      texts[slot] = text;
      parts[slot] = part(text);
    }
    return parts[slot]!;
  };
}
