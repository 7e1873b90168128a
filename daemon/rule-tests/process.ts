/** Processes of a test file: by name under `processes`, or written where they are used. */
import { toByteString } from '../events/byte-string.js';
import { didYouMean } from '../diagnostics/suggestion.js';
import type { YamlNode } from '../rules/yaml.js';
import { FdType } from '../state/fd.js';
import type { Reader } from './reader.js';
import type { FileFacts, ProcessFacts } from './test-file.js';

const KEYS = [
  'name',
  'parent',
  'exepath',
  'exe',
  'args',
  'env',
  'cwd',
  'uid',
  'gid',
  'loginuid',
  'user',
  'tty',
  'container',
  'files',
] as const;
type Key = (typeof KEYS)[number];

const FILE_TYPES = {
  file: FdType.fileV2,
  directory: FdType.directory,
  fifo: FdType.fifo,
  unix: FdType.unix,
  ipv4: FdType.ipv4,
  ipv6: FdType.ipv6,
} as const satisfies Readonly<Record<string, FdType>>;
type FileType = keyof typeof FILE_TYPES;

/** The kernel cuts names off here. */
const NAME_LENGTH = 15;
const CONTAINER = /^[0-9a-f]{12,64}$/;

export class Processes {
  readonly #reader: Reader;
  readonly #named = new Map<string, ProcessFacts>();

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** Takes the map of named processes: each may have one before it as its parent. */
  define(node: YamlNode): void {
    if (node.kind !== 'map') {
      this.#reader.fail(node, "'processes' has to be a map of names to processes");
      return;
    }
    for (const { key, value } of this.#reader.entries(node)) {
      const facts = this.#facts(value, key.text);
      if (facts !== null) this.#named.set(key.text, facts);
    }
  }

  /** A process by its name, or as it is written there. */
  read(node: YamlNode): ProcessFacts | null {
    if (node.kind !== 'scalar') return this.#facts(node, null);
    const known = this.#named.get(node.text);
    if (known !== undefined) return known;
    const hint = didYouMean(node.text, this.#named.keys());
    return this.#reader.fail(node, `there is no process '${node.text}' under 'processes' before this`, hint);
  }

  #facts(node: YamlNode, key: string | null): ProcessFacts | null {
    const reader = this.#reader;
    const entries = reader.map(node, 'a process', KEYS);
    if (entries === null) return null;
    const before = reader.problems.length;
    const get = <T>(name: Key, read: (node: YamlNode, what: string) => T | null): T | null =>
      entries[name] === undefined ? null : read(entries[name].value, `'${name}'`);
    const bytes = (value: YamlNode, what: string): string | null => {
      const text = reader.text(value, what);
      return text === null ? null : toByteString(text);
    };
    const list = (value: YamlNode, what: string): readonly string[] | null =>
      reader.texts(value, what)?.map(item => toByteString(item.text)) ?? null;
    const number = (value: YamlNode, what: string): number | null => reader.number(value, what);

    const name = get('name', bytes) ?? (key === null ? null : toByteString(key));
    if (name === null) return reader.fail(node, "a process has to have a 'name'");
    const exepath = get('exepath', bytes) ?? `/usr/bin/${name}`;
    const facts = {
      name: name.slice(0, NAME_LENGTH),
      parent: get('parent', value => this.read(value)),
      exepath,
      exe: get('exe', bytes) ?? exepath,
      args: get('args', list) ?? [],
      files: get('files', value => this.#files(value)) ?? new Map<number, FileFacts>(),
    };
    const inherited = {
      env: get('env', list),
      cwd: get('cwd', bytes),
      uid: get('uid', number),
      gid: get('gid', number),
      loginuid: get('loginuid', number),
      user: get('user', bytes),
      tty: get('tty', number),
      container: get('container', (value, what) => this.#container(value, what)),
    };
    const given = Object.fromEntries(Object.entries(inherited).filter(([, value]) => value !== null));
    return reader.problems.length > before ? null : { ...facts, ...given };
  }

  #container(node: YamlNode, what: string): string | null {
    const text = this.#reader.text(node, what);
    if (text === null || text === 'host') return text === null ? null : '';
    if (CONTAINER.test(text)) return text;
    return this.#reader.fail(node, `${what} has to be 'host' or 12 to 64 hexadecimal digits`);
  }

  /** `{5: /tmp/x, 6: {name: /srv, type: directory}}` */
  #files(node: YamlNode): ReadonlyMap<number, FileFacts> | null {
    const reader = this.#reader;
    if (node.kind !== 'map') return reader.fail(node, "'files' has to be a map of descriptors to files");
    const files = new Map<number, FileFacts>();
    for (const { key, value } of reader.entries(node)) {
      const num = reader.number(key, 'a descriptor');
      if (num === null) return null;
      if (value.kind === 'scalar') {
        files.set(num, { type: FdType.fileV2, name: toByteString(value.text) });
        continue;
      }
      const entries = reader.map(value, 'a file', ['name', 'type'] as const);
      if (entries === null) return null;
      const type = entries.type === undefined ? 'file' : reader.text(entries.type.value, "'type'");
      if (type === null) return null;
      if (!Object.hasOwn(FILE_TYPES, type))
        return reader.fail(
          entries.type!.value,
          `'${type}' is no type of file`,
          didYouMean(type, Object.keys(FILE_TYPES)) ?? `known are: ${Object.keys(FILE_TYPES).join(', ')}`,
        );
      const name = entries.name === undefined ? '' : reader.text(entries.name.value, "'name'");
      if (name === null) return null;
      files.set(num, { type: FILE_TYPES[type as FileType], name: toByteString(name) });
    }
    return files;
  }
}
