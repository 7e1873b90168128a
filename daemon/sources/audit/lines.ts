import { createReadStream } from 'node:fs';

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** The lines of a file, without their ends, by number from 1; empty ones are left out. Errors are thrown. */
export async function* linesOf(
  path: string,
): AsyncGenerator<{ readonly number: number; readonly bytes: Buffer }> {
  let number = 0;
  let rest: Buffer[] = [];
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const bytes = trimmed(Buffer.concat([...rest, chunk.subarray(start, end)]));
      rest = [];
      start = end + 1;
      number++;
      if (bytes.length > 0) yield { number, bytes };
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
  }
  const last = trimmed(Buffer.concat(rest));
  if (last.length > 0) yield { number: number + 1, bytes: last };
}

function trimmed(line: Buffer): Buffer {
  return line.at(-1) === RETURN ? line.subarray(0, -1) : line;
}
