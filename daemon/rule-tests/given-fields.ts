/** The fields of a source, some of whose values are given by the test instead of read from the event. */
import type { BoundField, FieldValue } from '../fields/field.js';
import type { FilterContext } from '../filter/context.js';

const NONE: ReadonlyMap<string, FieldValue> = new Map();

export class GivenFields {
  /** Of the present event, by canonical text. */
  values = NONE;

  clear(): void {
    this.values = NONE;
  }

  /** A context in which every field looks here first. */
  over(context: FilterContext): FilterContext {
    const { fields, events } = context;
    return {
      events,
      fields: {
        bind: (name, argument) => {
          const bound = fields.bind(name, argument);
          return bound.ok ? { ...bound, field: this.#over(bound.field) } : bound;
        },
        prefix: text => {
          const bound = fields.prefix(text);
          return bound.ok ? { ...bound, field: this.#over(bound.field) } : bound;
        },
      },
    };
  }

  #over(field: BoundField): BoundField {
    const { text, extract, candidates } = field;
    return {
      ...field,
      extract: evt => {
        const given = this.values.get(text);
        if (given === undefined) return extract(evt);
        // Where several values stand for a field, its own value is the first of them.
        return candidates !== null && !field.list && Array.isArray(given) ? (given[0] as FieldValue) : given;
      },
      candidates:
        candidates === null
          ? null
          : evt => {
              const given = this.values.get(text);
              if (given === undefined) return candidates(evt);
              if (given === null) return [];
              return typeof given === 'object' ? given : [given];
            },
    };
  }
}
