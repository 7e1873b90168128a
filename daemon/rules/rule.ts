/** What the loader makes of a rule: everything that the engine and the describing commands need of it. */
import type { Filter } from '../filter/typed.js';
import type { OutputFormat } from '../filter/output-format.js';
import type { Priority } from './priority.js';

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
}

/** A rule before its place among the enabled ones is known. */
export type UnplacedRule = Omit<CompiledRule, 'index'>;
