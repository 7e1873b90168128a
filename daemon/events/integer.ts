/**
 * A 64-bit integer: a number where it is exactly representable, else a bigint. Always in this canonical form
 * (see `canonical`), so that `===` and Map keys work.
 */
export type Integer = number | bigint;

/** The canonical form of a 64-bit value. */
export function canonical(value: bigint): Integer {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(value)
    : value;
}

/** An unsigned integer with its 64 bits read as a signed one. */
export function asSigned(value: Integer): Integer {
  return typeof value === 'bigint' ? canonical(BigInt.asIntN(64, value)) : value;
}

/** Joins two 32-bit halves into an unsigned integer without allocating where it fits 53 bits. */
export function joinUnsigned(high: number, low: number): Integer {
  return high >>> 0 < 0x200000
    ? (high >>> 0) * 0x1_0000_0000 + (low >>> 0)
    : (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

/** Joins two 32-bit halves into a signed integer without allocating where it fits 53 bits. */
export function joinSigned(high: number, low: number): Integer {
  const top = high | 0;
  if (top >= -0x200000 && top < 0x200000) {
    const value = top * 0x1_0000_0000 + (low >>> 0);
    if (value >= Number.MIN_SAFE_INTEGER) return value;
  }
  return (BigInt(top) << 32n) | BigInt(low >>> 0);
}
