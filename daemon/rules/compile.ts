/** The collection as it stands → compiled rules: exceptions, lists and macros put in place, fields bound. */
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { parseCondition } from '../filter/parse.js';
import { macroReferences, resolveMacros } from '../filter/resolve.js';
import { diagnose, MAX_ERRORS, type Code } from './codes.js';
import type { Collection, MacroInfo, RuleInfo } from './collect.js';
import { withExceptions } from './exceptions.js';
import { expressionPlace, type ParsedText } from './expression.js';
import { nameHint, syntaxHint } from './hint.js';
import { compileRule, type RuleSettings } from './compile-rule.js';
import { MAX_CONDITION, resolveLists, substituteLists, type ResolvedList } from './list-resolution.js';
import { listWarnings } from './list-warnings.js';
import type { MappedText } from './mapped-text.js';
import type { RuleReview } from './notes.js';
import type { Findings } from './reader.js';
import type { UnplacedRule } from './rule.js';
import type { Place } from './source-file.js';
import { countTokens, TOO_MUCH, WorkLimit } from './work-limit.js';

type ParseCache = Map<string, ReturnType<typeof parseCondition>>;

/** The collection compiled. */
export interface Compilation {
  readonly rules: readonly UnplacedRule[];
  readonly lists: readonly ResolvedList[];
  /** Lists in place, macros in them not; null: a macro with an error. */
  readonly macros: ReadonlyMap<string, ParsedText | null>;
  /** Names of lists and macros that something refers to. */
  readonly usedLists: ReadonlySet<string>;
  readonly usedMacros: ReadonlySet<string>;
  /** By the name of the rule. */
  readonly reviews: ReadonlyMap<string, RuleReview>;
  /** Names that look like those of lists, and are none. */
  readonly listNotes: readonly Diagnostic[];
}

/** Parses a condition with its lists in place. null: it cannot be, and why is among the errors. */
type Parse = (text: MappedText, place: Place, findings: Findings) => ParsedText | null;

export class Compiler {
  readonly #settings: RuleSettings;
  /** Texts parse the same however often the collection is compiled: once for each file. */
  readonly #cache: ParseCache = new Map();

  constructor(settings: RuleSettings) {
    this.#settings = settings;
  }

  /** Compiles everything. With errors it is incomplete. */
  compile(collection: Collection, findings: Findings): Compilation {
    const limit = new WorkLimit();
    const usedLists = new Set<string>();
    const usedMacros = new Set<string>();
    const reviews = new Map<string, RuleReview>();
    const listNotes: Diagnostic[] = [];
    const sources = new Map(
      [...collection.lists].map(([name, list]) => [
        name,
        { ...list, items: list.items.map(item => item.text) },
      ]),
    );
    const lists = resolveLists(sources, usedLists);
    const parse: Parse = (text, place, { errors }) => {
      const found: Findings = { errors, warnings: listNotes, notes: [] };
      const parsed = this.#parse(text, place, lists, usedLists, limit, found);
      for (const name of parsed === null ? [] : macroReferences(parsed.tree)) usedMacros.add(name);
      return parsed;
    };
    const macros = compileMacros(collection, parse, limit, findings);
    const rules: UnplacedRule[] = [];
    for (const info of collection.rules.values()) {
      if (findings.errors.length >= MAX_ERRORS || limit.exceeded) break;
      const rule = this.#compileRule(info, macros, parse, limit, findings, reviews);
      if (rule !== null) rules.push(rule);
    }
    warnUnused(collection, usedMacros, usedLists, findings);
    return { rules, lists, macros, usedLists, usedMacros, reviews, listNotes };
  }

  #compileRule(
    info: RuleInfo,
    macros: ReadonlyMap<string, ParsedText | null>,
    parse: Parse,
    limit: WorkLimit,
    findings: Findings,
    reviews: Map<string, RuleReview>,
  ): UnplacedRule | null {
    const known = this.#settings.sources.has(info.source);
    // A rule that is left out still counts as a user of its macros and lists; what is wrong in it does not matter.
    const notes: Findings = known ? findings : { errors: [], warnings: [], notes: [] };
    const condition = withExceptions(info.condition, info.exceptions, info.place, notes.errors);
    const parsed = parse(condition, info.place, notes);
    if (!known) {
      if (limit.exceeded) return refuseWork(expressionPlace(info.place, condition), findings);
      findings.warnings.push(
        diagnose('LOAD_UNKNOWN_SOURCE', `Unknown source ${info.source}, skipping`, info.place),
      );
      return null;
    }
    return parsed && compileRule(info, parsed, macros, this.#settings, limit, findings, reviews);
  }

  #parse(
    text: MappedText,
    place: Place,
    lists: readonly ResolvedList[],
    usedLists: Set<string>,
    limit: WorkLimit,
    findings: Findings,
  ): ParsedText | null {
    if (limit.exceeded) return null;
    const long = text.text.length > MAX_CONDITION;
    const resolved = long ? null : substituteLists(text, lists, usedLists);
    if (resolved === null) {
      const message = long ? 'condition is too long' : 'lists make the condition too long';
      findings.errors.push(diagnose('LOAD_ERR_COMPILE_CONDITION', message, expressionPlace(place, text)));
      return null;
    }
    let parsed = this.#cache.get(resolved.text);
    if (parsed === undefined) {
      if (!limit.spend(countTokens(resolved.text))) return refuseWork(expressionPlace(place, text), findings);
      parsed = parseCondition(resolved.text);
      this.#cache.set(resolved.text, parsed);
    }
    if (parsed.ok) {
      for (const { message, hint, span } of listWarnings(parsed.tree, text.text, lists)) {
        const at = expressionPlace(place, resolved, span);
        findings.warnings.push(diagnose('LOAD_UNKNOWN_LIST', message, at, hint));
      }
      return { text: resolved, tree: parsed.tree };
    }
    const { message, position } = parsed;
    const at = expressionPlace(place, resolved, { start: position, end: position });
    const hint = syntaxHint(message, resolved.text, position.offset);
    findings.errors.push(diagnose('LOAD_ERR_COMPILE_CONDITION', message, at, hint));
    return null;
  }
}

/** Trees of all macros as parsed. null: a macro with an error, which is noted; its users need not repeat it. */
function compileMacros(
  collection: Collection,
  parse: Parse,
  limit: WorkLimit,
  findings: Findings,
): ReadonlyMap<string, ParsedText | null> {
  const parsed = new Map<string, ParsedText | null>();
  for (const { name, condition, place } of collection.macros.values())
    parsed.set(name, parse(condition, place, findings));
  const broken = new Set<string>();
  for (const info of collection.macros.values()) {
    const macro = parsed.get(info.name) ?? null;
    if (macro === null || limit.exceeded) continue;
    if (!resolves(info, macro, parsed, collection, limit, findings)) broken.add(info.name);
  }
  for (const name of broken) parsed.set(name, null);
  return parsed;
}

/** Whether a macro uses only macros that were there before it was last touched. */
function resolves(
  info: MacroInfo,
  macro: ParsedText,
  parsed: ReadonlyMap<string, ParsedText | null>,
  collection: Collection,
  limit: WorkLimit,
  findings: Findings,
): boolean {
  const resolved = resolveMacros(macro.tree, name => {
    const other = collection.macros.get(name);
    return other !== undefined && other.index < info.visibility ? parsed.get(name)?.tree : undefined;
  });
  if (!limit.spend(resolved.work / 2)) {
    refuseWork(expressionPlace(info.place, macro.text), findings);
    return false;
  }
  if (resolved.ok) return true;
  // The macro at fault, and one that could not be parsed, have errors of their own.
  const reported = resolved.within.length > 0 || parsed.get(resolved.at.name) === null;
  if (reported && !resolved.message.startsWith('reference loop')) return false;
  const last = resolved.within.at(-1);
  const at = (last === undefined ? macro : parsed.get(last))?.text ?? macro.text;
  const { message } = resolved;
  const hint = collection.macros.has(resolved.at.name)
    ? laterHint(resolved.at.name, last ?? info.name)
    : nameHint(message, { source: '', macros: collection.macros.keys() });
  const where = expressionPlace(info.place, at, resolved.at.span);
  findings.errors.push(diagnose('LOAD_ERR_VALIDATE', message, where, hint));
  return false;
}

/** For a macro that exists, but where it is asked for does not yet. */
function laterHint(name: string, user: string): string | undefined {
  if (name === user) return undefined;
  return `macro '${name}' is defined after '${user}', which sees only the macros before it`;
}

/** Said once: what comes after it is left out. */
function refuseWork(place: Place, findings: Findings): null {
  findings.errors.push(diagnose('LOAD_ERR_COMPILE_CONDITION', TOO_MUCH, place));
  return null;
}

function warnUnused(
  collection: Collection,
  macros: ReadonlySet<string>,
  lists: ReadonlySet<string>,
  findings: Findings,
): void {
  const warn = (code: Code, message: string, place: Place): void => {
    findings.warnings.push(diagnose(code, message, place));
  };
  for (const { name, place } of collection.macros.values()) {
    if (!macros.has(name)) warn('LOAD_UNUSED_MACRO', 'Macro not referred to by any other rule/macro', place);
  }
  for (const { name, place } of collection.lists.values()) {
    if (!lists.has(name)) warn('LOAD_UNUSED_LIST', 'List not referred to by any other rule/macro', place);
  }
}
