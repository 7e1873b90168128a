/** Compiles one condition: binds it, finds its event types. */
import { bindCondition, type BindError, type BindWarning } from './bind.js';
import type { FilterContext } from './context.js';
import { evaluator, type Judge } from './evaluate.js';
import { eventTypes } from './event-types.js';
import type { Doubt } from './never/doubt.js';
import type { Node } from './tree.js';
import type { Filter, Source, TypedNode } from './typed.js';

export type CompiledCondition =
  | {
      readonly ok: true;
      readonly filter: Filter;
      readonly warnings: readonly BindWarning[];
      readonly doubts: readonly Doubt[];
    }
  | BindError;

export interface ConditionOptions {
  /**
   * The condition is not a rule's: it need not tell which event types it is for. Where it asks for evt.type in ways that
   * cannot be analysed, that is all of them, not an error.
   */
  readonly anyType?: boolean;
}

/**
 * Compiles a condition whose macros are in place (resolve.ts). Messages are Falco's; those of fields and event types
 * that do not exist contain `nonexistent field` or `unknown event type`.
 */
export function compileCondition(
  tree: Node,
  context: FilterContext,
  options: ConditionOptions = {},
): CompiledCondition {
  const bound = bindCondition(tree, context);
  if (!bound.ok) return bound;
  const types = eventTypes(bound.tree, context.events);
  if (!types.ok && options.anyType !== true) {
    const { span, macros } = types.check;
    return { ok: false, message: types.message, span, macros };
  }
  const filter: Filter = {
    tree: bound.tree,
    eventTypes: types.ok ? new Set([...types.codes, ...context.events.always]) : context.events.all,
    fields: fieldTexts(bound.tree),
    matches: lazily(bound.tree),
  };
  return { ok: true, filter, warnings: bound.warnings, doubts: bound.doubts };
}

/** Most conditions are never judged but by a ruleset. */
function lazily(tree: TypedNode): Judge {
  let judge: Judge | null = null;
  return evt => (judge ??= evaluator(tree))(evt);
}

function fieldTexts(tree: TypedNode): string[] {
  const texts = new Set<string>();
  const seen = new Set<TypedNode>();
  const note = (source: Source): void => source.fields.forEach(field => texts.add(field.text));
  const visit = (node: TypedNode): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.kind === 'check') {
      note(node.left);
      if (node.right.kind === 'source') note(node.right.source);
    } else if (node.kind === 'not') visit(node.child);
    else node.children.forEach(visit);
  };
  visit(tree);
  return [...texts];
}
