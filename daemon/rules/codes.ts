/** Every code that a diagnostic of a rules file can carry, and how codes become diagnostics. */
import type { Diagnostic, Severity } from '../diagnostics/diagnostic.js';
import { shortened, snippet, type Place } from './source-file.js';

interface CodeRow {
  readonly severity: Severity;
  /** What it is about, in a few words: stands behind the code in every report. */
  readonly short: string;
  /** What to make of it: the description of warnings in JSON. */
  readonly long: string;
}

const error = (short: string): CodeRow => ({ severity: 'error', short, long: short });
const warning = (short: string, long: string): CodeRow => ({ severity: 'warning', short, long });

/* prettier-ignore */
export const CODES = {
  LOAD_ERR_FILE_READ:              error('File read error'),
  LOAD_ERR_YAML_PARSE:             error('YAML parse error'),
  LOAD_ERR_YAML_VALIDATE:          error('Error validating internal structure of YAML file'),
  LOAD_ERR_COMPILE_CONDITION:      error('Error compiling condition'),
  LOAD_ERR_COMPILE_OUTPUT:         error('Error compiling output'),
  LOAD_ERR_VALIDATE:               error('Error validating rule/macro/list/exception objects'),
  LOAD_ERR_EXTENSION:              error('Error in extension item'),
  LOAD_UNKNOWN_SOURCE:             warning('Unknown event source', 'The rule is for an event source that no part of this installation provides; it is left out.'),
  LOAD_UNSAFE_NA_CHECK:            warning('Unsafe <NA> comparison in condition', 'Fields without a value never compare as true, not even with <NA>. Ask with "exists" whether there is a value.'),
  LOAD_NO_EVTTYPE:                 warning('Condition has no event-type restriction', 'The rule is tried on almost every event, which costs much time. Restrict it with a check of evt.type.'),
  LOAD_UNKNOWN_FILTER:             warning('Unknown field or event-type in condition or output', 'The rule names something that does not exist here and asks to be left out in that case.'),
  LOAD_UNUSED_MACRO:               warning('Unused macro', 'Nothing that is loaded so far refers to the macro.'),
  LOAD_UNUSED_LIST:                warning('Unused list', 'Nothing that is loaded so far refers to the list.'),
  LOAD_UNKNOWN_ITEM:               warning('Unknown rules file item', 'The item is none of the kinds that a rules file can hold; it is left out.'),
  LOAD_DEPRECATED_ITEM:            warning('Used deprecated item', 'This still works, but has a successor and will be taken away.'),
  LOAD_WARNING_EXTENSION:          warning('Warning in extension item', 'A part that extends the rules language has found something questionable.'),
  LOAD_APPEND_NO_VALUES:           warning('Overriding/appending with no values', 'Without values there is nothing to add to the exception.'),
  LOAD_EXCEPTION_NAME_NOT_UNIQUE:  warning('Multiple exceptions defined with the same name', 'Exceptions of a rule are told apart by name: what is appended goes to the first.'),
  LOAD_INVALID_MACRO_NAME:         warning('Invalid macro name', 'A condition cannot refer to a macro of such a name.'),
  LOAD_INVALID_LIST_NAME:          warning('Invalid list name', 'A condition may fail to refer to a list of such a name.'),
  LOAD_COMPILE_CONDITION:          warning('Warning in rule condition', 'The condition is valid, but may not mean what it seems to.'),
  LOAD_UNKNOWN_KEY:                warning('Unknown key in item definition', 'Items of this kind have no such key; it is left out.'),
  LOAD_UNKNOWN_LIST:               warning('Unknown list', 'The word looks like the name of a list, but there is none: it is compared as it stands.'),
  LOAD_NEVER_TRUE:                 warning('Check that is never true', 'No event satisfies the check, or the part of it; what it was written for goes unnoticed.'),
  LOAD_NUMBER_RANGE:               warning('Number out of range', 'The field cannot hold the number; it is compared with what is left of it in the width of the field.'),
  LOAD_NEVER_FIRES:                warning('Rule that never fires', 'No event satisfies the whole condition.'),
  LOAD_SHADOWED_RULE:              warning('Rule that another one hides', 'Of the rules that match an event the first one alone raises an alert, and that is always another.'),
  LOAD_REPEATED_KEY:               warning('Key stands there twice', 'Of keys that an item has more than once the first one counts.'),
  LOAD_INVALID_ENCODING:           warning('Text is not valid UTF-8', 'Bytes that are no characters were replaced; a condition with them cannot match what it was written for.'),
} as const satisfies Readonly<Record<string, CodeRow>>;

export type Code = keyof typeof CODES;

/** More errors of one file are not looked for. */
export const MAX_ERRORS = 100;

/** A diagnostic about the last step of `place`. */
export function diagnose(code: Code, message: string, place: Place, hint?: string): Diagnostic {
  const { severity } = CODES[code];
  const { locations } = place;
  const common = { severity, code, message: shortened(message), locations, text: snippet(place) };
  return hint === undefined ? common : { ...common, hint };
}
