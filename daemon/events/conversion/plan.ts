/**
 * Events of old captures, made into present ones.
 *
 * In: records in the layouts of all times. Out: records in the layout of the event table. Old captures report a call
 * twice, at its entry and at its exit, each with its own arguments; today's event has all of them at the exit. So the
 * entry is stored until the exit comes. Imported by sources.
 *
 * The plan: the conversion table in a form that the converter walks without looking at text.
 */
import { EVENT_COUNT, eventRow } from '../event-table.js';
import { CONVERSION_TABLE, type ConversionAction } from '../tables/conversion.js';
import { PARAM_TYPES } from '../tables/param-types.js';

/** Where a parameter comes from. */
export const Source = { old: 0, enter: 1, empty: 2, default: 3, json: 4 } as const;
export type Source = (typeof Source)[keyof typeof Source];

export interface ParamPlan {
  readonly from: Source;
  /** Of the parameter that is copied. */
  readonly index: number;
  /** What stands for a stored event that is missing. */
  readonly otherwise: typeof Source.empty | typeof Source.default;
  /** Most bytes of the type that it becomes; 0: as many as there are. */
  readonly size: number;
  /** Byte that fills a default. */
  readonly fill: number;
}

export interface Plan {
  readonly action: ConversionAction;
  readonly to: number;
  readonly params: readonly ParamPlan[];
  readonly usesEnter: boolean;
}

const MOST_PARAMS = 64;
const BY_KEY = new Map<number, Plan>();

/** What becomes of an event with so many parameters; undefined when no conversion is known. */
export function planOf(code: number, nparams: number): Plan | undefined {
  return nparams < MOST_PARAMS ? BY_KEY.get(code * MOST_PARAMS + nparams) : undefined;
}

const ELSE = { '-': Source.empty, '0': Source.default } as const;

function source(text: string): Pick<ParamPlan, 'from' | 'index' | 'otherwise'> {
  const [, letter, index, otherwise] = /^([oe]|json|-|0)(?:(\d+?)([-0])?)?$/.exec(text) ?? [];
  switch (letter) {
    case '-':
      return { from: Source.empty, index: 0, otherwise: Source.empty };
    case '0':
      return { from: Source.default, index: 0, otherwise: Source.default };
    case 'json':
      return { from: Source.json, index: 0, otherwise: Source.empty };
    case 'o':
      return { from: Source.old, index: Number(text.slice(1)), otherwise: Source.empty };
    case 'e':
      return { from: Source.enter, index: Number(index), otherwise: ELSE[otherwise as '-' | '0'] };
    default:
      throw new Error(`conversion table: bad parameter '${text}'`);
  }
}

for (const [code, nparams, action, to, text] of CONVERSION_TABLE) {
  const first = action === 'add' ? nparams : 0;
  const params = (text === '' ? [] : text.split(' ')).map((word, i) => {
    const type = eventRow(to).params[first + i]!.type;
    return {
      ...source(word),
      size: PARAM_TYPES[type].size,
      fill: type === 'UID' || type === 'GID' ? 0xff : 0,
    };
  });
  const usesEnter = params.some(param => param.from === Source.enter);
  BY_KEY.set(code * MOST_PARAMS + nparams, { action, to, params, usesEnter });
}

/** How many parameters a present event has that is shown as it is: by code; 255: it needs a look. */
export const CURRENT_PARAMS = new Uint8Array(EVENT_COUNT).fill(255);
/** 1 for codes that are never shown and have no conversion. */
export const DROPPED = new Uint8Array(EVENT_COUNT);
/** 1 for codes that are shown whatever they have. */
export const UNMANAGED = new Uint8Array(EVENT_COUNT);

for (let code = 0; code < EVENT_COUNT; code++) {
  const { flags, exit, params } = eventRow(code);
  const old = flags.has('old_version');
  const managed = flags.has('converter_managed');
  if (flags.has('unused') || (!managed && old && !exit)) DROPPED[code] = 1;
  else if (!managed && !old) UNMANAGED[code] = 1;
  else if (managed && exit && !old) CURRENT_PARAMS[code] = params.length;
}
