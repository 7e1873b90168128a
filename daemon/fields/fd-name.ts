import type { ByteString } from '../events/byte-string.js';
import type { EventView } from '../state/event.js';
import { FdType, type FdInfo } from '../state/fd.js';
import type { Extractors } from './extractor.js';
import type { FieldValue } from './field.js';
import { concernsFd, fdName, ofFd, openFd, unknownName } from './fd-reader.js';
import { keptText } from './kept-text.js';
import { isFile, TYPE_CHARS, TYPE_NAMES, typeChar, typeName } from './fd-type.js';

/** The part before the last slash; `/` when that is nothing. */
const directoryOf = keptText(path => {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
});

/** The part after the last slash; when there is nothing of it, or no slash, `/`, as Falco has it. */
const filenameOf = keptText(path => {
  const slash = path.lastIndexOf('/');
  return slash < 0 || slash === path.length - 1 ? '/' : path.slice(slash + 1);
});

function directory(evt: EventView): ByteString | null {
  if (!concernsFd(evt)) return null;
  const fd = openFd(evt);
  if (fd === null) return directoryOf(fdName(evt) ?? '');
  if (fd.type === FdType.directory) return fd.name;
  return isFile(fd.type) ? directoryOf(fd.name) : null;
}

/** The descriptor itself, where the event shows the directory that it was opened below (see parsers/open.ts). */
function openedFile(evt: EventView): FdInfo | null {
  const fd = openFd(evt);
  return fd !== null && evt.captured && evt.row.createsFd && evt.thread !== null
    ? evt.threads.fd(evt.thread, evt.fdNum)
    : fd;
}

function filename(evt: EventView): ByteString | null {
  const fd = openedFile(evt);
  return fd === null || !isFile(fd.type) ? null : filenameOf(fd.name);
}

function withContainer(evt: EventView, text: ByteString | null): ByteString | null {
  return text === null ? null : `${evt.thread?.containerId ?? ''}:${text}`;
}

/**
 * Names of the kinds of descriptors of the process, each once, as a set in Falco comes out: the last kind found
 * first.
 */
function types(evt: EventView): FieldValue {
  if (evt.thread === null || !concernsFd(evt)) return null;
  const names: string[] = [];
  for (const fd of evt.threads.fds(evt.thread)?.values() ?? []) {
    const name = typeName(fd.type);
    if (name !== null && !names.includes(name)) names.push(name);
  }
  return names.length === 0 ? null : names.reverse();
}

function typeOf(evt: EventView, number: number): FieldValue {
  const fd = evt.thread === null ? null : evt.threads.fd(evt.thread, number);
  const name = fd === null ? null : typeName(fd.type);
  return name === null ? null : [name];
}

/** Number, kind and name of the descriptor. */
export const fdNameFields: Extractors = {
  'fd.num': { cost: 1, extract: evt => (concernsFd(evt) ? evt.fdNum : null) },
  'fd.type': { cost: 1, values: TYPE_NAMES, extract: ofFd(fd => typeName(fd.type)) },
  'fd.typechar': {
    cost: 1,
    values: TYPE_CHARS,
    extract: evt => (evt.fd !== null ? typeChar(evt.fd.type) : concernsFd(evt) ? 'o' : null),
  },
  'fd.name': { cost: 1, extract: fdName },
  'fd.nameraw': {
    cost: 1,
    extract: evt => (evt.fd !== null ? evt.fd.nameRaw : unknownName(evt)),
  },
  'fd.directory': { cost: 3, extract: directory },
  'fd.filename': { cost: 3, extract: filename },
  'fd.containername': { cost: 4, extract: evt => withContainer(evt, fdName(evt)) },
  'fd.containerdirectory': { cost: 4, extract: evt => withContainer(evt, directory(evt)) },
  'fd.name_changed': { cost: 1, extract: evt => (openFd(evt) === null ? null : evt.fdNameChanged) },
  'fd.uid': {
    cost: 3,
    extract: evt => (evt.thread !== null && concernsFd(evt) ? `${evt.thread.tid}${evt.fdNum}` : null),
  },
  'fd.types': {
    cost: 6,
    bind: argument => {
      if (argument.kind !== 'index') return { extract: types };
      const number = argument.index;
      return { extract: evt => typeOf(evt, number) };
    },
  },
};
