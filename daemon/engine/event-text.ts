import { toText } from '../events/byte-string.js';
import { isObject, member, type JsonObject } from '../events/json-value.js';
import type { EventView } from '../state/event.js';

/** How reports call an event: `openat cat(1234)`; `create pods/exec shop/web by ann`. */
export function eventText(view: EventView): string {
  const { document, thread } = view;
  if (document !== null) return printable(auditText(document));
  const name = thread === null ? '?' : toText(thread.comm);
  return `${toText(view.name)} ${printable(name)}(${String(thread?.pid ?? view.record.tid)})`;
}

function auditText({ verb, objectRef, requestURI, user }: JsonObject): string {
  const of = (...names: readonly string[]): string =>
    names
      .map(name => member(objectRef, name))
      .filter(part => typeof part === 'string')
      .join('/');
  const object = isObject(objectRef)
    ? `${of('resource', 'subresource')} ${of('namespace', 'name')}`.trimEnd()
    : requestURI;
  return [verb, object, 'by', member(user, 'username')].filter(part => typeof part === 'string').join(' ');
}

/** Without what a terminal would take for commands. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '\ufffd');
}
