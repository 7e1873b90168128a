/** What the loader makes of a rule: everything that the engine and the describing commands need of it. */
import type { Position, Span } from '../diagnostics/diagnostic.js';
import type { Node } from '../filter/tree.js';
import type { Filter } from '../filter/typed.js';
import type { OutputFormat } from '../filter/output-format.js';
import type { Priority } from './priority.js';

/** A place in a rules file. */
export interface RulePlace {
  readonly file: string;
  readonly position: Position;
}

/** A condition as it was written, for those who explain it. */
export interface RuleOrigin {
  /** Lists and macros in place. */
  readonly tree: Node;
  /** Where a range of the condition stands, or of the last of `macros`, in which it is. */
  readonly place: (span: Span, macros: readonly string[]) => RulePlace;
}

export interface CompiledRule {
  /** Place in `RulesLoad.rules`, which is the order of matching; -1 for a rule that is not enabled. */
  readonly index: number;
  readonly name: string;
  readonly desc: string;
  readonly priority: Priority;
  readonly source: string;
  /** Sorted, each once. */
  readonly tags: readonly string[];
  readonly enabled: boolean;
  /** Alerts of this rule start a capture; 0 milliseconds stands for the configured duration. */
  readonly capture: boolean;
  readonly captureDuration: number;
  /** Condition and output as written, appended parts included. */
  readonly condition: string;
  readonly output: string;
  /** With lists, macros and exceptions in place; with what the configuration appends. */
  readonly compiledCondition: string;
  readonly compiledOutput: string;
  readonly filter: Filter;
  readonly eventTypes: ReadonlySet<number>;
  readonly format: OutputFormat;
  /** Only where `RuleOptions.origins` asks for it: it keeps the texts of the files. */
  readonly origin?: RuleOrigin;
}

/** A rule before its place among the enabled ones is known. */
export type UnplacedRule = Omit<CompiledRule, 'index'>;
