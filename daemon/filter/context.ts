/** What the compiler of conditions and formats needs from the rooms below, as interfaces that tests can fake. */
import type { BoundField } from '../fields/field.js';

export type FieldResolution =
  { readonly ok: true; readonly field: BoundField } | { readonly ok: false; readonly message: string };

/** Finds fields of one event source. Messages are Falco's: `filter_check called with nonexistent field x`. */
export interface FieldBinder {
  /** `proc.aname`, `2`. Names may carry a dotted argument: `evt.arg.flags`, null. */
  readonly bind: (name: string, argument: string | null) => FieldResolution;
  /** Longest prefix of `text` that is a field; `length` characters of it. */
  readonly prefix: (
    text: string,
  ) =>
    | (FieldResolution & { readonly ok: true; readonly length: number })
    | { readonly ok: false; readonly message: string };
}

/** What has to be known of the event table. */
export interface EventCatalog {
  /** Codes of every event that can reach rules. */
  readonly all: ReadonlySet<number>;
  /** Codes that are judged by every rule, whatever its condition asks for (events of plugins' own making). */
  readonly always: ReadonlySet<number>;
  /** Codes that carry this event name; undefined when there is no such name. */
  readonly named: (name: string) => ReadonlySet<number> | undefined;
  /** evt.type of all events of this code, or null when it differs between events (generic system calls). */
  readonly nameOf: (code: number) => string | null;
  /** Whether its events tell of something done, not begun. */
  readonly isExit: (code: number) => boolean;
}

/** Everything that binding a condition or a format depends on. */
export interface FilterContext {
  readonly fields: FieldBinder;
  readonly events: EventCatalog;
}
