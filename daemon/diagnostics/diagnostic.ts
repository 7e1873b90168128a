/** A place in a text: 0-based line and column as the YAML marks count them, `offset` in characters from the start. */
export interface Position {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

/** A half-open range of a source text. */
export interface Span {
  readonly start: Position;
  readonly end: Position;
}

/** One step of the way from a file down to the offending item: `rule 'X'`, `condition expression`, … */
export interface Location {
  readonly itemType: string;
  readonly itemName: string;
  readonly source: string;
  readonly span: Span;
}

export type Severity = 'error' | 'warning';

/** What is wrong with something that a user wrote. A value: it travels to the one place that prints it. */
export interface Diagnostic {
  readonly severity: Severity;
  /** A code of the diagnostics table, for example `LOAD_ERR_COMPILE_CONDITION`. */
  readonly code: string;
  readonly message: string;
  /** Outermost first. The last one is where the caret points. */
  readonly locations: readonly Location[];
  /** The text that the last location points into, for the snippet. */
  readonly text: string;
  /** What to write instead, when that can be said. */
  readonly hint?: string;
  /** The field that is on its way out, where that is what is wrong. */
  readonly deprecatedField?: string;
}

export type Result<T> =
  | { readonly ok: true; readonly value: T; readonly warnings: readonly Diagnostic[] }
  | { readonly ok: false; readonly errors: readonly Diagnostic[]; readonly warnings: readonly Diagnostic[] };
