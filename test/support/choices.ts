/**
 * Decisions read off a tape of numbers. A generator written with them is plain code, yet shrinks as fast-check shrinks
 * the tape: what the tape no longer says is decided the simplest way, the first.
 */
import fc from 'fast-check';

export class Choices {
  readonly #tape: ArrayLike<number>;
  #at = 0;
  /** How many times less often than said slips happen; Infinity: never. */
  care = 1;

  constructor(tape: ArrayLike<number>) {
    this.#tape = tape;
  }

  /** A number from 0 up to `count`, which is not reached. */
  below(count: number): number {
    return (this.#tape[this.#at++] ?? 0) % count;
  }

  /** True once in `count` times. */
  oneIn(count: number): boolean {
    return this.below(count) === count - 1;
  }

  /** True once in `count` times, or more seldom where there is more care. */
  slip(count: number): boolean {
    return this.care !== Infinity && this.oneIn(Math.ceil(count * this.care));
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }

  /** From `least` up to `most` results of `make`. */
  several<T>(least: number, most: number, make: (index: number) => T): T[] {
    return Array.from({ length: least + this.below(most - least + 1) }, (_, index) => make(index));
  }
}

/** Tapes of up to `most` numbers. */
export function tapes(most: number): fc.Arbitrary<Uint32Array> {
  return fc.noBias(fc.uint32Array({ minLength: Math.min(20, most), maxLength: most, size: 'max' }));
}
