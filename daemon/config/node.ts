/**
 * A configuration document as written: scalars keep their text, and are typed only when a key reads them, so that
 * `${VAR}` and `-o` can put any text anywhere (reference/falco/config.md 1.2, 1.3). Every node knows where it stands.
 */

/** Where something was written. `line` and `column` count from 1; 0 when there is no line to point at. */
export interface Origin {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly text: string;
  /** A plain `null`, `~` or nothing at all. */
  readonly isNull: boolean;
  readonly origin: Origin;
}

export interface SequenceNode {
  readonly kind: 'sequence';
  readonly items: ConfigNode[];
  readonly origin: Origin;
}

export interface MappingNode {
  readonly kind: 'mapping';
  readonly entries: Map<string, Entry>;
  readonly origin: Origin;
}

/** A key of a mapping with its value; the origin is the key's. */
export interface Entry {
  readonly origin: Origin;
  value: ConfigNode;
}

export type ConfigNode = ScalarNode | SequenceNode | MappingNode;

export function scalar(text: string, origin: Origin): ScalarNode {
  return { kind: 'scalar', text, isNull: false, origin };
}

export function nothing(origin: Origin): ScalarNode {
  return { kind: 'scalar', text: '', isNull: true, origin };
}

export function mapping(origin: Origin): MappingNode {
  return { kind: 'mapping', entries: new Map(), origin };
}

/** True for a value that is as good as absent. */
export function isNothing(node: ConfigNode | undefined): boolean {
  return node === undefined || (node.kind === 'scalar' && node.isNull);
}

/** `file:line:column`, or the file alone. */
export function originText(origin: Origin): string {
  return origin.line > 0 ? `${origin.file}:${String(origin.line)}:${String(origin.column)}` : origin.file;
}
