/** Values of fields as text: what outputs print and `join` puts together. (reference/falco/rules.md 3.4) */
import type { ByteString } from '../events/byte-string.js';
import type { FieldFormat, FieldType, FieldValue, Scalar } from '../fields/field.js';
import { formatAddress } from './address.js';
import { groupOf } from './types.js';

/** How a source prints. */
export interface Rendering {
  readonly type: FieldType;
  readonly fmt: FieldFormat;
  /** Byte buffers in base64, not with dots for what does not print. */
  readonly base64?: boolean;
}

export const MISSING = '<NA>';

/** Numbers in other bases are shown without their prefix; negative ones as their unsigned 64 bits. */
function inBase(value: number | bigint, base: 8 | 16): string {
  const positive = value < 0 ? BigInt.asUintN(64, BigInt(value)) : value;
  return positive.toString(base).toUpperCase();
}

function number(value: number | bigint, { type, fmt }: Rendering): string {
  if (type === 'DOUBLE') return Number(value).toFixed(1);
  switch (fmt) {
    case 'hex':
      return inBase(value, 16);
    case 'oct':
      return inBase(value, 8);
    case 'padded10':
      return value.toString().padStart(9, '0');
    default:
      return value.toString();
  }
}

function scalar(value: Scalar, rendering: Rendering): ByteString {
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value !== 'string') return number(value, rendering);
  switch (groupOf(rendering.type)) {
    case 'address':
      return formatAddress(value);
    case 'network':
      return '<IPNET>';
    case 'buffer':
      if (rendering.base64 === true) return Buffer.from(value, 'latin1').toString('base64');
      return value.replace(/[^ -~]/g, '.');
    default:
      return shown(value);
  }
}

/** Control characters of ASCII, and those behind `LATER_CONTROLS`. */
const NOT_SHOWN = /[^ -~\x80-\xff]|\xc2[\x80-\x9f]/g;
/** First byte of the control characters U+0080 to U+009F, which terminals obey like those of ASCII. */
const LATER_CONTROLS = 0xc2;
/** U+FFFD as bytes. */
const REPLACEMENT = '\xef\xbf\xbd';

/** Text as outputs show it: control characters, which could fake lines and move cursors, are replaced. */
function shown(text: ByteString): ByteString {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code === 0x7f || code === LATER_CONTROLS) return text.replace(NOT_SHOWN, REPLACEMENT);
  }
  return text;
}

/** One value, `(a,b)` for a list, null for no value. */
export function render(value: FieldValue, rendering: Rendering): ByteString | null {
  if (value === null) return null;
  if (typeof value !== 'object') return scalar(value, rendering);
  return `(${value.map(item => scalar(item, rendering)).join(',')})`;
}

/**
 * The value as JSON has it: numbers stay numbers where they print as decimals, everything else is text. Lists stay
 * lists. Strings are still byte strings.
 */
export function plain(value: FieldValue, rendering: Rendering): FieldValue {
  if (value === null) return null;
  if (typeof value === 'object') return value.map(item => plainScalar(item, rendering));
  return plainScalar(value, rendering);
}

function plainScalar(value: Scalar, rendering: Rendering): Scalar {
  if (typeof value === 'boolean') return value;
  const { fmt } = rendering;
  if (typeof value === 'string') return scalar(value, rendering);
  return fmt === 'hex' || fmt === 'oct' ? number(value, rendering) : value;
}
