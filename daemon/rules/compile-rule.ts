/** One rule: from its parsed condition to a filter, from its output text to a format. */
import type { FilterContext } from '../filter/context.js';
import { compileCondition } from '../filter/filter.js';
import { compileOutput, type OutputOptions } from '../filter/output-format.js';
import { print } from '../filter/print.js';
import { resolveMacros } from '../filter/resolve.js';
import { diagnose, type Code } from './codes.js';
import type { RuleInfo } from './collect.js';
import { conditionWarnings, DEPRECATED_FIELDS } from './condition-warnings.js';
import { expressionPlace, type ParsedText } from './expression.js';
import { nameHint } from './hint.js';
import type { RuleReview } from './notes.js';
import { withExtraFields } from './extra-fields.js';
import { isMeant, type FieldAddition, type OutputAddition } from './options.js';
import type { Findings } from './reader.js';
import type { RuleOrigin, UnplacedRule } from './rule.js';
import { inPlace, type Place } from './source-file.js';
import { TOO_MUCH, type WorkLimit } from './work-limit.js';

export interface RuleSettings {
  readonly sources: ReadonlyMap<string, FilterContext>;
  readonly additions: readonly OutputAddition[];
  readonly fieldAdditions: readonly FieldAddition[];
  readonly output: OutputOptions;
  readonly origins: boolean;
}

/** What a rule may name without existing when it says `skip-if-unknown-filter`. */
const UNKNOWN = /nonexistent field|invalid formatting token|unknown event type|unknown filter:/;
/** More event types than this are as good as all of them. */
const MANY_EVENT_TYPES = 100;
const TOO_MANY = 'Rule matches too many evt.type values. This has a significant performance penalty.';
/** No line of a log is this long. */
const MAX_OUTPUT = 64 * 1024;
const CONTAINER_INFO = '%container.info';

/** null: the rule is left out, and why is noted. */
export function compileRule(
  info: RuleInfo,
  condition: ParsedText,
  macros: ReadonlyMap<string, ParsedText | null>,
  settings: RuleSettings,
  limit: WorkLimit,
  findings: Findings,
  reviews: Map<string, RuleReview>,
): UnplacedRule | null {
  const context = settings.sources.get(info.source)!;
  const refuse = (code: Code, message: string, place: Place): null => {
    if (info.skipIfUnknownFilter && UNKNOWN.test(message)) {
      findings.warnings.push(diagnose('LOAD_UNKNOWN_FILTER', message, place));
    } else {
      const hint = nameHint(message, { source: info.source, macros: macros.keys() });
      findings.errors.push(diagnose(code, message, place, hint));
    }
    return null;
  };

  const resolved = resolveMacros(condition.tree, name => macros.get(name)?.tree);
  if (!resolved.ok) {
    // What is wrong with a macro was said where the macro stands.
    if (resolved.within.length > 0 || macros.get(resolved.at.name) === null) return null;
    const place = expressionPlace(info.place, condition.text, resolved.at.span);
    return refuse('LOAD_ERR_VALIDATE', resolved.message, place);
  }
  if (!limit.spend(resolved.work / 2)) {
    return refuse('LOAD_ERR_COMPILE_CONDITION', TOO_MUCH, expressionPlace(info.place, condition.text));
  }
  const filter = compileCondition(resolved.tree, context);
  if (!filter.ok) {
    const place = failurePlace(info.place, condition, macros, filter);
    return refuse('LOAD_ERR_COMPILE_CONDITION', filter.message, place);
  }
  for (const { code, message, span, ...more } of conditionWarnings(resolved.tree)) {
    const place = expressionPlace(info.place, condition.text, span);
    findings.warnings.push({ ...diagnose(code, message, place), ...more });
  }
  for (const warning of filter.warnings) {
    const place = failurePlace(info.place, condition, macros, warning);
    findings.warnings.push(diagnose('LOAD_COMPILE_CONDITION', warning.message, place));
  }
  const { eventTypes } = filter.filter;
  if (info.warnEvttypes && info.source === 'syscall' && eventTypes.size > MANY_EVENT_TYPES) {
    findings.warnings.push(
      diagnose('LOAD_NO_EVTTYPE', TOO_MANY, expressionPlace(info.place, condition.text)),
    );
  }

  const outputPlace = expressionPlace(info.place, info.output, undefined, 'rule output');
  const written = outputText(info, findings);
  const compiledOutput = [
    written,
    ...settings.additions.filter(addition => isMeant(addition, info)).map(({ output }) => output),
  ].join(' ');
  if (compiledOutput.length > MAX_OUTPUT) {
    return refuse('LOAD_ERR_COMPILE_OUTPUT', 'output is too long', outputPlace);
  }
  const format = compileOutput(compiledOutput, context, settings.output);
  if (!format.ok) {
    const isAdded = format.offset >= written.length;
    const known = written === info.output.text && !isAdded;
    const place = known ? tokenPlace(info, format.offset) : outputPlace;
    // The rule is not to blame for what the configuration adds to it.
    return refuse('LOAD_ERR_COMPILE_OUTPUT', `${isAdded ? 'append_output: ' : ''}${format.message}`, place);
  }
  const extraFields = settings.fieldAdditions.filter(addition => isMeant(addition, info));
  const extended = withExtraFields(format.format, extraFields, context, settings.output);
  if (!extended.ok)
    return refuse('LOAD_ERR_COMPILE_OUTPUT', `append_output: ${extended.message}`, outputPlace);

  const { name, desc, priority, source, enabled, capture, captureDuration } = info;
  const placeOf: RuleReview['place'] = (span, path) =>
    failurePlace(info.place, condition, macros, { span, macros: path });
  reviews.set(name, {
    ...{ rule: info.place, tree: resolved.tree, doubts: filter.doubts, place: placeOf },
    events: context.events,
  });
  const origin: RuleOrigin = {
    tree: resolved.tree,
    place(span, path) {
      const { file, locations } = placeOf(span, path);
      return { file: file.name, position: locations.at(-1)!.span.start };
    },
  };
  return {
    ...{ name, desc, priority, source, enabled, capture, captureDuration },
    tags: [...new Set(info.tags)].sort(),
    condition: info.condition.text,
    output: info.output.text,
    compiledCondition: print(resolved.tree),
    compiledOutput,
    filter: filter.filter,
    eventTypes,
    format: extended.format,
    ...(settings.origins ? { origin } : {}),
  };
}

/** Where a check stands: in the condition, or in the text of the macro that it came with. */
function failurePlace(
  rule: Place,
  condition: ParsedText,
  macros: ReadonlyMap<string, ParsedText | null>,
  {
    span,
    macros: path,
  }: { readonly span: Parameters<typeof expressionPlace>[2]; readonly macros: readonly string[] },
): Place {
  const name = path.at(-1);
  const macro = name === undefined ? null : macros.get(name);
  if (name === undefined || macro === null || macro === undefined) {
    return expressionPlace(rule, condition.text, span);
  }
  const { scalar } = macro.text.pieces[0]!;
  const place = inPlace(rule, 'macro', name, { start: scalar.start, end: scalar.end }, scalar.file);
  return expressionPlace(place, macro.text, span);
}

/** The place of a character of the output. */
function tokenPlace(info: RuleInfo, offset: number, itemType = 'rule output expression'): Place {
  const at = { line: 0, column: offset, offset };
  return expressionPlace(info.place, info.output, { start: at, end: at }, itemType);
}

/** The output as written, without what is no longer filled in. */
function outputText(info: RuleInfo, findings: Findings): string {
  const { text } = info.output;
  const warn = (field: string, offset: number, more = ''): void => {
    const message = `usage of deprecated field '${field}' has been detected in the rule output${more}`;
    const place = tokenPlace(info, offset, 'rule output');
    findings.warnings.push({ ...diagnose('LOAD_DEPRECATED_ITEM', message, place), deprecatedField: field });
  };
  for (const field of DEPRECATED_FIELDS) {
    const offset = text.indexOf(field);
    if (offset >= 0) warn(field, offset);
  }
  const offset = text.indexOf(CONTAINER_INFO);
  if (offset < 0) return text;
  // Behind the percent sign, as with the others.
  warn('container.info', offset + 1, ': it is left out');
  return text.replaceAll(CONTAINER_INFO, '');
}
