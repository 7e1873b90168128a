/** Reads the files of a spool by what ARCHITECTURE.md says of them, not by the code that wrote them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/** All messages that are whole, acknowledged or not. Throws when anything but the very end is torn. */
export function readSpool(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder)
    .filter(name => name.endsWith('.spool'))
    .sort();
  return names.flatMap((name, i) => {
    const next = names[i + 1];
    const count = next === undefined ? Infinity : numberOf(next) - numberOf(name);
    const messages = readFrames(readFileSync(join(folder, name)), count);
    if (next !== undefined && messages.length < count)
      throw new Error(`${name} has ${String(messages.length)} messages, not ${String(count)}`);
    return messages;
  });
}

const numberOf = (name: string): number => Number(name.replace('.spool', ''));

function readFrames(bytes: Buffer, most: number): string[] {
  const messages: string[] = [];
  if (bytes.length >= 16 && bytes.toString('latin1', 0, 16) !== 'falco spool 1\n\n\n')
    throw new Error('no spool');
  let at = 16;
  while (messages.length < most && at + 8 <= bytes.length) {
    const length = bytes.readUInt32LE(at);
    const message = bytes.subarray(at + 8, at + 8 + length);
    const framed = Buffer.concat([bytes.subarray(at, at + 4), message]);
    if (message.length < length || crc32(framed) !== bytes.readUInt32LE(at + 4)) break;
    messages.push(message.toString('latin1'));
    at += 8 + length;
  }
  return messages;
}
