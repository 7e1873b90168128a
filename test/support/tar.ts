/** Writes tar archives (POSIX ustar) in memory: folders, files, symbolic links. */

export type TarEntry =
  | { readonly kind: 'folder'; readonly path: string; readonly mode?: number }
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly mode?: number;
      readonly content: Buffer | string;
    }
  | { readonly kind: 'link'; readonly path: string; readonly target: string };

const BLOCK = 512;

/** The archive; paths are relative, at most 100 bytes. Everything belongs to root, times are zero. */
export function tar(entries: readonly TarEntry[]): Buffer {
  const blocks: Buffer[] = [];
  for (const entry of entries) {
    const content = entry.kind === 'file' ? Buffer.from(entry.content) : Buffer.alloc(0);
    blocks.push(header(entry, content.length), content, Buffer.alloc(padding(content.length)));
  }
  blocks.push(Buffer.alloc(2 * BLOCK));
  return Buffer.concat(blocks);
}

const padding = (length: number): number => (BLOCK - (length % BLOCK)) % BLOCK;

/** offset, width and value of each field that is not zero; numbers are octal text. */
function header(entry: TarEntry, size: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, width: number): string => value.toString(8).padStart(width - 1, '0');
  const type = { file: '0', link: '2', folder: '5' }[entry.kind];
  const mode = entry.kind === 'link' ? 0o777 : (entry.mode ?? (entry.kind === 'folder' ? 0o755 : 0o644));
  if (Buffer.byteLength(entry.path) > 100) throw new Error(`path too long for this archive: ${entry.path}`);
  block.write(entry.path, 0, 100);
  block.write(octal(mode, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(0, 12), 136);
  block.write(type, 156);
  if (entry.kind === 'link') block.write(entry.target, 157, 100);
  block.write('ustar\x0000', 257);
  block.write('root', 265);
  block.write('root', 297);
  // The checksum counts its own field as blanks.
  block.fill(' ', 148, 156);
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
