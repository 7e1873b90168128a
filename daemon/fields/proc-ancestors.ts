import type { EventView } from '../state/event.js';
import type { ThreadInfo } from '../state/thread.js';
import { environmentValue } from './proc-identity.js';
import { indexOf, type Binding, type Extractor, type Extractors } from './extractor.js';
import type { FieldValue, Scalar } from './field.js';
import { argsText, commandLine, ofMain } from './thread-reader.js';

/** Ids are reused, so that a chain of parents may close on itself. */
const MOST_ANCESTORS = 1000;

/** Of captures, as in the reference, a thread: what is about one ancestor is about its process all the same. */
function parentOf(evt: EventView, thread: ThreadInfo): ThreadInfo | null {
  return evt.captured ? evt.threads.parentThread(thread) : evt.threads.parent(thread);
}

/** The main thread at a distance: 0 is the process itself, 1 its parent. */
function ancestor(evt: EventView, distance: number): ThreadInfo | null {
  return evt.thread === null || distance < 0 ? null : evt.threads.ancestor(evt.thread, distance);
}

/** The values of every ancestor, the nearest first; the array is reused for the next event. */
function ofEveryAncestor(read: (thread: ThreadInfo) => Scalar): (evt: EventView) => readonly Scalar[] {
  const values: Scalar[] = [];
  return evt => {
    values.length = 0;
    if (evt.thread === null) return values;
    let thread = parentOf(evt, evt.threads.main(evt.thread));
    for (let i = 0; i < MOST_ANCESTORS && thread !== null; i++) {
      values.push(read(thread));
      thread = parentOf(evt, thread);
    }
    return values;
  };
}

function ofAncestor(index: number, read: (thread: ThreadInfo) => FieldValue): Binding {
  return {
    extract: evt => {
      const thread = ancestor(evt, index);
      return thread === null ? null : read(thread);
    },
  };
}

/** The values of all ancestors joined by one blank; no value when that is nothing. */
function joined(every: (evt: EventView) => readonly Scalar[]): (evt: EventView) => FieldValue {
  return evt => {
    let text = '';
    // Nothing separates what is empty from what follows it, at the front.
    for (const value of every(evt)) text = text === '' ? String(value) : `${text} ${String(value)}`;
    return text === '' ? null : text;
  };
}

/**
 * With an index: that ancestor. Without: in a condition any ancestor, in an output all of them (fields.md, key
 * extraction facts).
 */
function ancestorText(read: (thread: ThreadInfo) => string): Extractor {
  return {
    cost: 8,
    bind: argument => {
      if (argument.kind === 'index') return ofAncestor(indexOf(argument), read);
      const every = ofEveryAncestor(read);
      return { extract: joined(every), candidates: every };
    },
  };
}

/** The pid of the oldest ancestor that looks like a shell, the process itself included. */
function loginShell(evt: EventView): number | null {
  if (evt.thread === null) return null;
  let found: number | null = null;
  let thread: ThreadInfo | null = evt.threads.main(evt.thread);
  for (let i = 0; i < MOST_ANCESTORS && thread !== null; i++) {
    if (thread.comm.endsWith('sh')) found = thread.pid;
    thread = parentOf(evt, thread);
  }
  return found;
}

function environmentText(thread: ThreadInfo): string {
  return thread.env.join(' ');
}

function firstInLineage(prefix: string): (evt: EventView) => FieldValue {
  return evt => {
    if (evt.thread === null) return null;
    let thread = parentOf(evt, evt.threads.main(evt.thread));
    for (let i = 0; i < MOST_ANCESTORS && thread !== null; i++) {
      const value = environmentValue(thread, prefix);
      if (value !== null) return value;
      thread = parentOf(evt, thread);
    }
    return '';
  };
}

/** The processes that led to this one. Output of the index-less apid and aenv is about the process itself. */
export const procAncestorFields: Extractors = {
  'proc.aexe': ancestorText(thread => thread.exe),
  'proc.aexepath': ancestorText(thread => thread.exepath),
  'proc.aname': ancestorText(thread => thread.comm),
  'proc.acmdline': ancestorText(commandLine),
  'proc.aargs': {
    cost: 9,
    bind: argument =>
      argument.kind === 'index'
        ? ofAncestor(indexOf(argument), argsText)
        : { extract: joined(ofEveryAncestor(argsText)) },
  },
  'proc.apid': {
    cost: 7,
    bind: argument =>
      argument.kind === 'index'
        ? ofAncestor(indexOf(argument), thread => (thread.pid > 0xffff_ffff ? null : thread.pid))
        : {
            extract: ofMain(main => (main.pid < 0 ? null : main.pid)),
            candidates: ofEveryAncestor(thread => thread.pid),
          },
  },
  'proc.aenv': {
    cost: 10,
    bind: argument => {
      switch (argument.kind) {
        case 'index':
          return ofAncestor(indexOf(argument), environmentText);
        case 'key':
          return { extract: firstInLineage(`${argument.key}=`) };
        case 'none':
          return { extract: ofMain(environmentText), candidates: ofEveryAncestor(environmentText) };
      }
    },
  },
  'proc.loginshellid': { cost: 6, extract: loginShell },
};
