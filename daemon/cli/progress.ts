/** How far a capture has been read, as a bar on a terminal. */

/** A file that is read faster than this needs none. */
const FIRST_AFTER_MS = 1_000;
const WIDTH = 40;
const CLEAR = '\r\x1b[K';
const PER_MEGABYTE = 1 << 20;

export class ProgressBar {
  readonly #write: (text: string) => void;
  readonly #begun: number;
  #shown = false;

  /** @param now milliseconds */
  constructor(write: (text: string) => void, now: number) {
    this.#write = write;
    this.#begun = now;
  }

  /** `done` of `total` bytes are read; 0 is a total that is not known. */
  update(done: number, total: number, now: number): void {
    if (now - this.#begun < FIRST_AFTER_MS) return;
    this.#shown = true;
    this.#write(`${CLEAR}${progressText(done, total)}`);
  }

  /** Takes the bar away: other lines follow. */
  clear(): void {
    if (!this.#shown) return;
    this.#shown = false;
    this.#write(CLEAR);
  }
}

/** `[========>           ]  45 %  12.3 of 27.5 MB` */
export function progressText(done: number, total: number): string {
  const megabytes = (bytes: number): string => (bytes / PER_MEGABYTE).toFixed(1);
  if (total === 0) return `${megabytes(done)} MB`;
  const share = Math.min(1, done / total);
  const filled = Math.round(share * WIDTH);
  const bar = `${'='.repeat(filled)}>`.slice(0, WIDTH).padEnd(WIDTH);
  const percent = String(Math.floor(share * 100)).padStart(3);
  return `[${bar}] ${percent} %  ${megabytes(done)} of ${megabytes(total)} MB`;
}
