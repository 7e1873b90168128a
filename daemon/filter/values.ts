/** Constants of conditions: from their text to values of a field's type. */
import { toText, type ByteString } from '../events/byte-string.js';
import { canonical } from '../events/integer.js';
import type { FieldType } from '../fields/field.js';
import { parseAddress, parseNetwork } from './address.js';
import { servicePort } from './services.js';
import type { Constant } from './typed.js';
import { groupOf, wrap } from './types.js';

export type ParsedConstant =
  { readonly ok: true; readonly value: Constant } | { readonly ok: false; readonly message: string };

const fail = (message: string): ParsedConstant => ({ ok: false, message });
const good = (value: Constant): ParsedConstant => ({ ok: true, value });

/** Integers only, for fields of type DOUBLE too (rules.md 3.3). */
const INTEGER = /^([+-]?)(0[xX][0-9a-fA-F]+|[0-9]+)$/;

function parseInteger(type: FieldType, text: string): ParsedConstant {
  const match = INTEGER.exec(text);
  if (match === null) return fail(`${text} is not a valid number`);
  const magnitude = BigInt(match[2]!);
  return good(canonical(wrap(type, match[1] === '-' ? -magnitude : magnitude)));
}

function parsePort(text: string): ParsedConstant {
  if (/^[+-]?\d/.test(text)) return parseInteger('PORT', text);
  const port = servicePort(text);
  return port === undefined ? fail(`unrecognized protocol ${text}`) : good(port);
}

/**
 * `::ffff:10.0.0.1`: what has a dot in it is IPv4 to Falco, and no address of IPv4 has colons (rules.md 3.3). No event
 * has such an address either: it is that of IPv4.
 */
const isMapped = (text: string): boolean => text.includes('.') && text.includes(':');

/** One constant as a value of `type`. */
export function parseConstant(type: FieldType, bytes: ByteString): ParsedConstant {
  if (bytes.includes('\0')) return fail('filter error: filter value cannot contain a NUL byte (\\x00)');
  const text = toText(bytes);
  switch (groupOf(type)) {
    case 'numeric':
      return type === 'PORT' ? parsePort(text) : parseInteger(type, text);
    case 'boolean':
      if (text === 'true' || text === 'false') return good(text === 'true');
      return fail(`filter error: unrecognized boolean value ${text}`);
    case 'address': {
      const address = isMapped(text) ? null : parseAddress(text);
      return address === null
        ? fail(`filter error: unrecognized ${text.includes('.') ? 'IPv4' : 'IPv6'} address ${text}`)
        : good(address);
    }
    case 'network': {
      const network = isMapped(text) ? null : parseNetwork(text);
      return network === null ? fail(`filter error: malformed IP network address ${text}`) : good(network);
    }
    case 'string':
    case 'buffer':
    case 'dynamic':
      return good(bytes);
  }
}

/** Bytes written as hexadecimal digits: the right-hand side of bcontains and bstartswith. */
export function parseHex(bytes: ByteString): ParsedConstant {
  if (!/^(?:[0-9a-fA-F]{2})+$/.test(bytes))
    return fail('filter error: bcontains and bstartswith operator support hex strings only');
  return good(Buffer.from(bytes, 'hex').toString('latin1'));
}
