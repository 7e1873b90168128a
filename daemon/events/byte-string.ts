/**
 * A string whose characters are bytes (code units 0–255), not Unicode. Everything that comes from the kernel,
 * a capture or a rule constant is held in this form inside the daemon: file names need not be valid UTF-8, and
 * comparing, ordering and measuring by byte is what Falco does. Decoding to text happens once, at the outputs.
 */
export type ByteString = string;

/** Bytes of `text` in UTF-8, as a byte string. */
export function toByteString(text: string): ByteString {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0x7f) return Buffer.from(text, 'utf8').toString('latin1');
  }
  return text;
}

/** Text of a byte string; bytes that are not valid UTF-8 become U+FFFD. */
export function toText(bytes: ByteString): string {
  for (let i = 0; i < bytes.length; i++) {
    if (bytes.charCodeAt(i) > 0x7f) return Buffer.from(bytes, 'latin1').toString('utf8');
  }
  return bytes;
}

/** The very bytes of a byte string. */
export function toBuffer(bytes: ByteString): Buffer {
  return Buffer.from(bytes, 'latin1');
}
