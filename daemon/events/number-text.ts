import type { ByteString } from './byte-string.js';
import type { Integer } from './integer.js';
import type { PrintFormat } from './event-table.js';

/** An integer as parameters show it: decimal, upper-case hexadecimal without prefix, octal with a leading 0. */
export function integerText(value: Integer, format: PrintFormat, bytes: number): ByteString {
  if (format === 'hex') return unsigned(value, bytes).toString(16).toUpperCase();
  if (format === 'oct') return value === 0 ? '0' : `0${unsigned(value, bytes).toString(8)}`;
  // Decimal 64-bit values are shown as signed: offsets that go backwards are sent as unsigned.
  return typeof value === 'bigint' && bytes === 8 ? BigInt.asIntN(64, value).toString() : value.toString();
}

function unsigned(value: Integer, bytes: number): Integer {
  if (value >= 0) return value;
  return BigInt.asUintN(bytes * 8, BigInt(value));
}

/** As C prints %g: six significant digits, no zeros at the end. */
export function generalText(value: number): ByteString {
  if (value === 0) return '0';
  const [digits = '', exponentText = '0'] = value.toExponential(5).split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return trimZeros(value.toFixed(5 - exponent));
  const sign = exponent < 0 ? '-' : '+';
  return `${trimZeros(digits)}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** Nanoseconds since the epoch as local date and time, `2026-11-23 12:00:00.000000000`. */
export function localTimeText(ns: Integer): ByteString {
  const whole = BigInt(ns);
  const date = new Date(Number(whole / 1_000_000_000n) * 1000);
  const pad = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  const time = `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
  return `${day} ${time}.${String(whole % 1_000_000_000n).padStart(9, '0')}`;
}

/** Bytes with those that cannot be printed as dots. */
export function printable(bytes: ByteString): ByteString {
  return bytes.replace(/[^\x20-\x7e]/g, '.');
}
