/** Lists, macros and rules as they stand after all files so far: definitions, redefinitions, additions. */
import { diagnose } from './codes.js';
import { appendExceptions, defineExceptions, type Exception, type SourceFields } from './exceptions.js';
import type { Item, ListItem, MacroItem, PluginRequirement, RuleItem, RuleParts } from './item.js';
import { joined, standIn, type MappedText } from './mapped-text.js';
import type { Findings } from './reader.js';
import type { Place } from './source-file.js';
import { ENGINE_VERSION, isCompatible } from './version.js';
import type { YamlScalar } from './yaml.js';

interface Collected {
  readonly name: string;
  /** When it was first defined: its place in every order. */
  readonly index: number;
  /** When it was last touched: it sees what was first defined before that. */
  readonly visibility: number;
  readonly place: Place;
}

export interface ListInfo extends Collected {
  readonly items: readonly YamlScalar[];
}

export interface MacroInfo extends Collected {
  readonly condition: MappedText;
}

type Defined = Required<Omit<RuleParts, 'exceptions'>>;

export interface RuleInfo extends Collected, Defined {
  readonly source: string;
  readonly exceptions: readonly Exception[];
}

/** Fields of a source; undefined when there is no such source. */
export type FieldChecks = (source: string) => SourceFields['has'] | undefined;

const DEFAULTS = {
  tags: [],
  enabled: true,
  capture: false,
  captureDuration: 0,
  warnEvttypes: true,
  skipIfUnknownFilter: false,
} as const satisfies RuleParts;

export class Collection {
  readonly lists = new Map<string, ListInfo>();
  readonly macros = new Map<string, MacroInfo>();
  readonly rules = new Map<string, RuleInfo>();
  /** One of each has to be there: the plugin itself comes first, then its alternatives. */
  readonly plugins: (readonly PluginRequirement[])[] = [];
  /** The highest that files require. */
  engineVersion = '0.0.0';
  #next = 0;
  readonly #fields: FieldChecks;

  constructor(fields: FieldChecks) {
    this.#fields = fields;
  }

  /** Takes one item of a file; items come in order. */
  add(item: Item, findings: Findings): void {
    switch (item.kind) {
      case 'engine version':
        this.#checkEngine(item.version, item.place, findings);
        break;
      case 'plugin versions':
        this.plugins.push(...item.requirements.map(({ anyOf }) => anyOf));
        break;
      case 'list':
        this.#addList(item, findings);
        break;
      case 'macro':
        this.#addMacro(item, findings);
        break;
      case 'rule':
        this.#addRule(item, findings);
        break;
    }
  }

  #checkEngine(version: string, place: Place, findings: Findings): void {
    if (isCompatible(ENGINE_VERSION, version)) {
      if (!isCompatible(this.engineVersion, version)) this.engineVersion = version;
      return;
    }
    const message = `Rules require engine version ${version}, but engine version is ${ENGINE_VERSION}`;
    findings.errors.push(diagnose('LOAD_ERR_VALIDATE', message, place));
  }

  #addList(item: ListItem, findings: Findings): void {
    const known = this.lists.get(item.name);
    if (item.manner === 'append') {
      if (known === undefined) {
        return absent(
          "List uses 'append' or 'override.items: append' but no list by that name already exists",
          item,
          findings,
        );
      }
      this.lists.set(item.name, {
        ...known,
        items: [...known.items, ...item.items],
        visibility: this.#next++,
      });
      return;
    }
    if (item.manner === 'replace' && known === undefined) {
      return absent(
        "An 'override.items: replace' to a list was requested but no list by that name already exists",
        item,
        findings,
      );
    }
    this.lists.set(item.name, { ...this.#stamp(item, known), items: item.items });
  }

  #addMacro(item: MacroItem, findings: Findings): void {
    const known = this.macros.get(item.name);
    if (item.manner === 'append') {
      if (known === undefined) {
        return absent(
          "Macro uses 'append' or 'override.condition: append' but no macro by that name already exists",
          item,
          findings,
        );
      }
      const condition = spaced(known.condition, item.condition);
      this.macros.set(item.name, { ...known, condition, visibility: this.#next++ });
      return;
    }
    if (item.manner === 'replace' && known === undefined) {
      return absent(
        "An 'override.condition: replace' to a macro was requested but no macro by that name already exists",
        item,
        findings,
      );
    }
    this.macros.set(item.name, { ...this.#stamp(item, known), condition: item.condition });
  }

  #addRule(item: RuleItem, findings: Findings): void {
    const known = this.rules.get(item.name);
    if (known !== undefined && item.source !== null && item.source !== known.source) {
      return absent('Rule has been re-defined with a different source', item, findings);
    }
    const { action } = item;
    switch (action.kind) {
      case 'define':
        return this.#defineRule(item, action.parts, known, findings);
      case 'toggle':
        if (known === undefined)
          return absent("Rule has 'enabled' key but no rule by that name already exists", item, findings);
        this.rules.set(item.name, { ...known, enabled: action.enabled });
        return;
      case 'append':
        if (known === undefined) return absent(NOTHING_TO_APPEND_TO, item, findings);
        return this.#changeRule(known, action.parts, {}, findings);
      case 'override':
        if (known === undefined) {
          const message = Object.keys(action.append).length > 0 ? NOTHING_TO_APPEND_TO : NOTHING_TO_REPLACE;
          return absent(message, item, findings);
        }
        return this.#changeRule(known, action.append, action.replace, findings);
    }
  }

  #defineRule(item: RuleItem, parts: RuleParts, known: RuleInfo | undefined, findings: Findings): void {
    const source = item.source ?? known?.source ?? 'syscall';
    // The reader gives no definition without its required parts.
    const defined = { ...DEFAULTS, ...parts } as Defined & RuleParts;
    const exceptions = defineExceptions(parts.exceptions ?? [], this.#check(source), findings);
    this.rules.set(item.name, { ...defined, ...this.#stamp(item, known), source, exceptions });
  }

  #changeRule(known: RuleInfo, append: RuleParts, replace: RuleParts, findings: Findings): void {
    const fields = this.#check(known.source);
    const { exceptions: added, ...appended } = append;
    const { exceptions: instead, ...replaced } = replace;
    let exceptions = known.exceptions;
    if (added !== undefined) exceptions = appendExceptions(exceptions, added, fields, findings);
    if (instead !== undefined) exceptions = defineExceptions(instead, fields, findings);
    const rule: RuleInfo = {
      ...known,
      condition: appended.condition ? spaced(known.condition, appended.condition) : known.condition,
      output: appended.output ? spaced(known.output, appended.output) : known.output,
      desc: appended.desc === undefined ? known.desc : `${known.desc} ${appended.desc}`,
      tags: [...known.tags, ...(appended.tags ?? [])],
      ...replaced,
      exceptions,
      visibility: this.#next++,
    };
    this.rules.set(known.name, rule);
  }

  #stamp(item: { readonly name: string; readonly place: Place }, known: Collected | undefined): Collected {
    const visibility = this.#next++;
    return { name: item.name, place: item.place, index: known?.index ?? visibility, visibility };
  }

  /** Fields of sources that are not here pass: their rules are left out anyway. */
  #check(source: string): SourceFields {
    return { source, has: this.#fields(source) ?? (() => true) };
  }
}

const NOTHING_TO_APPEND_TO =
  "Rule uses 'append' or 'override.<key>: append' but no rule by that name already exists";
const NOTHING_TO_REPLACE =
  "An 'override.<key>: replace' to a rule was requested but no rule by that name already exists";

function absent(message: string, item: { readonly place: Place }, findings: Findings): void {
  findings.errors.push(diagnose('LOAD_ERR_VALIDATE', message, item.place));
}

function spaced(first: MappedText, second: MappedText): MappedText {
  return joined([first, standIn(' ', second.pieces[0]!.scalar), second]);
}
