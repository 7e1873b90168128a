/** The rules that tests are judged by: those of their files, with what a test switches on. */
import type { RuleBook } from '../engine/detector.js';
import { EVENT_SOURCES, type EventSourceName } from '../events/sources.js';
import { buildRuleset } from '../filter/compile/ruleset.js';
import { catalogOf, sourceContext } from '../filter/source-context.js';
import { loadRules, type CompiledRule, type FileResult, type RulesFile } from '../rules/load.js';
import type { GivenFields } from './given-fields.js';

export interface Books {
  /** By name, those that are not enabled included. */
  readonly rules: ReadonlyMap<string, CompiledRule>;
  readonly bySource: Readonly<Record<EventSourceName, RuleBook>>;
}

export type BooksResult =
  { readonly ok: true; readonly books: Books } | { readonly ok: false; readonly bad: readonly FileResult[] };

export class Library {
  readonly #files: readonly RulesFile[];
  readonly #sources: Parameters<typeof loadRules>[1];
  /** By the names of the rules that are switched on. */
  readonly #known = new Map<string, BooksResult>();

  /** @param given values that tests give to fields */
  constructor(files: readonly RulesFile[], given: GivenFields) {
    this.#files = files;
    this.#sources = {
      sources: new Map(EVENT_SOURCES.map(source => [source, given.over(sourceContext(source))])),
      origins: true,
    };
  }

  /** @param enable names of rules that are switched on, whatever the files say */
  books(enable: readonly string[]): BooksResult {
    const key = enable.toSorted().join('\n');
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const result = this.#load(enable);
    this.#known.set(key, result);
    return result;
  }

  #load(enable: readonly string[]): BooksResult {
    const selection = enable.map(rule => ({ enable: true, rule }));
    const loaded = loadRules(this.#files, { ...this.#sources, selection });
    const bad = loaded.results.filter(result => !result.successful);
    if (bad.length > 0) return { ok: false, bad };
    const rules = new Map(loaded.all.map(rule => [rule.name, rule]));
    return {
      ok: true,
      books: {
        rules,
        bySource: { syscall: bookOf(loaded.rules, 'syscall'), k8s_audit: bookOf(loaded.rules, 'k8s_audit') },
      },
    };
  }
}

/** The rules of one source. Indexes are places in the book. */
function bookOf(all: readonly CompiledRule[], name: EventSourceName): RuleBook {
  const rules = all.filter(({ source }) => source === name).map((rule, index) => ({ ...rule, index }));
  const judged = rules.map(({ index, filter, eventTypes }) => ({ index, filter: filter.tree, eventTypes }));
  return { ruleset: buildRuleset(judged, 'first', catalogOf(name)), rules };
}
