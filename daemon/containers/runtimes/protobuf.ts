/**
 * Protocol buffers (proto3) from tables: a message is described once, as field names with numbers and types, and the
 * TypeScript type of its values follows from the description. Unknown fields are skipped; absent ones have proto3's
 * default. Input that is no such message gives null, never an exception.
 */
import { Reader, Writer } from './protobuf-wire.js';

/** How one kind of value is read and written. Methods, so that a `Type<string>` is a `Type<unknown>`. */
export interface Type<T> {
  readonly wire: number;
  /** Value of a field that is absent. */
  readonly zero: T;
  /** Reads one occurrence; `before` is what the occurrences before it gave. */
  read(input: Reader, before: T): T;
  /** Writes field `number`, also when the value is the default. */
  write(output: Writer, number: number, value: T): void;
}

/** A type whose values can stand on their own, without a tag and a length in front. */
export interface MessageType<T> extends Type<T> {
  readBody(body: Reader, before: T): T;
  body(value: T): Buffer;
}

export type Fields = Readonly<Record<string, readonly [number: number, type: Type<unknown>]>>;

/** The values of a message of these fields. */
export type Message<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends readonly [number, Type<infer T>] ? T : never;
};

/** The value that a type describes. */
export type Value<T> = T extends Type<infer V> ? V : never;

/** A message to be sent: what is left out has its default. */
export type Draft<T> =
  T extends ReadonlyMap<string, infer V>
    ? ReadonlyMap<string, Draft<V>>
    : T extends Uint8Array
      ? Uint8Array
      : T extends readonly (infer V)[]
        ? readonly Draft<V>[]
        : T extends object
          ? { readonly [K in keyof T]?: Draft<T[K]> }
          : T;

const VARINT = 0;
const DELIMITED = 2;

/** Entries that a list or map may have: of empty ones, a megabyte would hold half a million. */
const MOST_ENTRIES = 20_000;

function numeric<T extends bigint | number | boolean>(zero: T, read: (input: Reader) => T): Type<T> {
  return {
    wire: VARINT,
    zero,
    read,
    write: (output, number, value) => output.numberField(number, value),
  };
}

export const bool: Type<boolean> = numeric<boolean>(false, input => input.varint64() !== 0n);
/** int32 and enumerations. */
export const int32: Type<number> = numeric<number>(0, input => Number(input.varint64() & 0xffffffffn) | 0);
export const int64: Type<bigint> = numeric<bigint>(0n, input => BigInt.asIntN(64, input.varint64()));

export const text: Type<string> = {
  wire: DELIMITED,
  zero: '',
  read: input => input.delimited().toString('utf8'),
  write: (output, number, value) => output.bytesField(number, Buffer.from(value)),
};

/** Bytes are a view of the message that was read, not a copy. */
export const bytes: Type<Uint8Array> = {
  wire: DELIMITED,
  zero: new Uint8Array(0),
  read: input => input.delimited(),
  write: (output, number, value) => output.bytesField(number, value),
};

/** A repeated field of texts, bytes or messages. */
export function list<T>(type: Type<T>): Type<readonly T[]> {
  return {
    wire: DELIMITED,
    zero: [],
    read(input, before) {
      const into = before === this.zero ? [] : (before as T[]);
      if (into.length === MOST_ENTRIES) input.fail();
      else into.push(type.read(input, type.zero));
      return into;
    },
    write(output, number, values) {
      for (const value of values) type.write(output, number, value);
    },
  };
}

/** A map with text keys. */
export function map<T>(type: Type<T>): Type<ReadonlyMap<string, T>> {
  const entry = message({ key: [1, text], value: [2, type] });
  return {
    wire: DELIMITED,
    zero: new Map(),
    read(input, before) {
      const into = before === this.zero ? new Map<string, T>() : (before as Map<string, T>);
      const { key, value } = entry.read(input, entry.zero);
      if (into.size === MOST_ENTRIES) input.fail();
      else into.set(key, value);
      return into;
    },
    write(output, number, values) {
      for (const [key, value] of values) {
        entry.write(output, number, { key, value } as Value<typeof entry>);
      }
    },
  };
}

/** A message; one that is absent reads as one whose fields all have their defaults. */
export function message<const F extends Fields>(fields: F): MessageType<Message<F>> {
  const rows = Object.entries(fields).map(([name, [number, type]]) => ({ name, number, type }));
  const byNumber = new Map(rows.map(row => [row.number, row]));
  const zero = Object.fromEntries(rows.map(row => [row.name, row.type.zero]));
  return {
    wire: DELIMITED,
    zero: zero as Message<F>,
    readBody(body, before) {
      const values: Record<string, unknown> = { ...before };
      while (!body.done) {
        const { number, wire } = body.tag();
        const row = byNumber.get(number);
        if (row === undefined || row.type.wire !== wire) body.skip(wire);
        else values[row.name] = row.type.read(body, values[row.name]);
      }
      return values as Message<F>;
    },
    read(input, before) {
      const body = new Reader(input.delimited());
      const value = this.readBody(body, before);
      if (body.failed) input.fail();
      return value;
    },
    body(value) {
      const output = new Writer();
      for (const row of rows) {
        const field = (value as Readonly<Record<string, unknown>>)[row.name];
        if (field !== undefined && field !== row.type.zero) row.type.write(output, row.number, field);
      }
      return output.finish();
    },
    write(output, number, value) {
      output.bytesField(number, this.body(value));
    },
  };
}

/** The bytes of a message. */
export function encode<T>(type: MessageType<T>, value: Draft<T>): Buffer {
  return type.body(value as T);
}

/** The message that the bytes are; null when they are none. */
export function decode<T>(type: MessageType<T>, content: Buffer): T | null {
  const body = new Reader(content);
  const value = type.readBody(body, type.zero);
  return body.failed ? null : value;
}
