/** Parameters of events as people write them → values of records. */
import { toByteString } from '../events/byte-string.js';
import { didYouMean } from '../diagnostics/suggestion.js';
import { canonical } from '../events/integer.js';
import type { ParamRow } from '../events/event-table.js';
import type { ParamValue } from '../events/record-writer.js';
import { ERRNO_NAMES } from '../events/tables/errno.js';
import { PARAM_TYPES } from '../events/tables/param-types.js';
import { parseAddress } from '../filter/address.js';
import type { YamlNode } from '../rules/yaml.js';
import { AF_INET, AF_INET6, AF_UNIX } from '../state/socket-tuple.js';
import { AT_FDCWD } from '../state/resolve-path.js';
import type { Reader } from './reader.js';

const INTEGER = /^(-?\d+|0x[0-9a-fA-F]+|0o[0-7]+)$/;
const ERRORS: ReadonlyMap<string, number> = new Map(
  Object.entries(ERRNO_NAMES).map(([number, name]) => [name, -Number(number)]),
);

/** The value for one parameter; null after having noted what is wrong. */
export function readParameter(param: ParamRow, node: YamlNode, reader: Reader): ParamValue {
  const { kind } = PARAM_TYPES[param.type];
  switch (kind) {
    case 'int':
    case 'uint':
    case 'flags':
    case 'enum':
      return readNumber(param, node, reader);
    case 'string':
      return node.kind === 'scalar'
        ? toByteString(node.text)
        : reader.fail(node, `'${param.name}' has to be text`);
    case 'bytes':
    case 'strings':
    case 'pairs': {
      if (node.kind === 'scalar')
        return kind === 'bytes' ? toByteString(node.text) : [toByteString(node.text)];
      return reader.texts(node, `'${param.name}'`)?.map(item => toByteString(item.text)) ?? null;
    }
    case 'sockaddr':
    case 'socktuple':
      return readSocket(param, node, reader);
    default:
      return reader.fail(
        node,
        `the value of '${param.name}' cannot be written down`,
        `give the field 'evt.arg.${param.name}' under 'fields' instead`,
      );
  }
}

/** A number, the name of an error, or names of flags joined by `|`. */
function readNumber(param: ParamRow, node: YamlNode, reader: Reader): ParamValue {
  const text = node.kind === 'scalar' ? node.text : '';
  if (INTEGER.test(text))
    return text.startsWith('-') ? canonical(-BigInt(text.slice(1))) : canonical(BigInt(text));
  if (param.type === 'FD' && text === 'AT_FDCWD') return AT_FDCWD;
  if (param.type === 'BOOL' && (text === 'true' || text === 'false')) return text === 'true' ? 1 : 0;
  if (param.type === 'ERRNO' || param.type === 'FD') {
    const error = ERRORS.get(text);
    return (
      error ?? reader.fail(node, `'${param.name}' has to be a number or the name of an error, such as ENOENT`)
    );
  }
  if (param.names === null || text === '')
    return reader.fail(node, `'${param.name}' has to be a whole number`);
  let value = 0;
  for (const name of text.split('|').map(part => part.trim())) {
    const row = param.names.find(candidate => candidate[0] === name);
    if (row === undefined) {
      const hint = didYouMean(
        name,
        param.names.map(candidate => candidate[0]),
      );
      return reader.fail(node, `'${name}' is no value of '${param.name}'`, hint);
    }
    value |= row[1];
  }
  return value >>> 0;
}

/** `10.0.0.1:80`, `[::1]:80`, `/run/x.sock`; of a tuple `source->destination`. */
function readSocket(param: ParamRow, node: YamlNode, reader: Reader): ParamValue {
  const text = node.kind === 'scalar' ? node.text : '';
  const tuple = PARAM_TYPES[param.type].kind === 'socktuple';
  const bad = (): null =>
    reader.fail(
      node,
      `'${param.name}' has to be ${tuple ? "two addresses, such as '10.0.0.1:4000->10.0.0.2:80'" : "an address, such as '10.0.0.2:80'"}`,
    );
  if (text.startsWith('/')) {
    const pointers = tuple ? Buffer.alloc(16) : Buffer.alloc(0);
    return Buffer.concat([Buffer.from([AF_UNIX]), pointers, Buffer.from(`${text}\0`)]);
  }
  const ends = text.split('->').map(endpoint);
  if (ends.length !== (tuple ? 2 : 1)) return bad();
  const bytes: Buffer[] = [];
  for (const end of ends) {
    if (end === null) return bad();
    bytes.push(end);
  }
  if (bytes.some(end => end.length !== bytes[0]!.length)) return bad();
  return Buffer.concat([Buffer.from([bytes[0]!.length === 6 ? AF_INET : AF_INET6]), ...bytes]);
}

/** Address and port as they stand in records. */
function endpoint(text: string): Buffer | null {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+)):(\d{1,5})$/.exec(text.trim());
  const address = match === null ? null : parseAddress(match[1] ?? match[2]!);
  const port = Number(match?.[3]);
  if (address === null || port > 0xffff) return null;
  return Buffer.concat([Buffer.from(address, 'latin1'), Buffer.from([port & 0xff, port >> 8])]);
}
