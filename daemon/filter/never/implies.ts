/** Whether one condition holds whenever another does. Sound, not complete: `false` says nothing. */
import { judgeValue } from '../operators/quantify.js';
import type { Check, TypedNode } from '../typed.js';
import { spend, type Effort } from './doubt.js';
import { fewestValues, type Literal } from './together.js';

/** What is known to hold. */
interface Facts {
  /** Nodes that hold, and those that do not. */
  readonly held: ReadonlySet<number>;
  readonly failed: ReadonlySet<number>;
  /** Checks of one value each, by source. */
  readonly literals: ReadonlyMap<string, readonly Literal[]>;
  /** Of each one alternative holds. */
  readonly choices: readonly (readonly Outcome[])[];
  /** What was found to follow, or not, by node: bodies of macros are shared and would be visited over and over. */
  readonly follows: Map<TypedNode, boolean>;
  readonly followsNot: Map<TypedNode, boolean>;
}

interface Outcome {
  readonly node: TypedNode;
  readonly wanted: boolean;
}

/** Comparisons that all pairs of conditions together are worth. */
const MOST_EFFORT = 3_000_000;
/** More alternatives are not tried one by one, and not for more open questions. */
const MOST_ALTERNATIVES = 16;
const MOST_OPEN = 1;

/** Compares conditions with each other; what it learns of each it keeps. */
export class Implication {
  readonly #ids = new Map<string, number>();
  readonly #idOf = new Map<TypedNode, number>();
  readonly #facts = new Map<TypedNode, Facts>();
  readonly #conjuncts = new Map<TypedNode, readonly Outcome[]>();
  readonly #effort: Effort = { left: MOST_EFFORT };

  /** Whether `conclusion` holds for every event that `premise` holds for. */
  implies(premise: TypedNode, conclusion: TypedNode): boolean {
    if (this.#effort.left < 0) return false;
    let facts = this.#facts.get(premise);
    if (facts === undefined)
      this.#facts.set(premise, (facts = this.#learn([{ node: premise, wanted: true }])));
    // Most pairs of conditions have nothing to do with each other: that shows soon.
    const open: Outcome[] = [];
    let goals = this.#conjuncts.get(conclusion);
    if (goals === undefined) this.#conjuncts.set(conclusion, (goals = conjuncts(conclusion)));
    for (const goal of goals) {
      if (this.#follows(facts, goal)) continue;
      open.push(goal);
      if (open.length > MOST_OPEN) return false;
    }
    return open.every(goal => this.#followsEitherWay(facts, goal));
  }

  /** Tries the alternatives among the facts one by one. */
  #followsEitherWay(facts: Facts, goal: Outcome): boolean {
    return facts.choices.some(choice =>
      choice.every(
        alternative => this.#effort.left >= 0 && this.#follows(this.#learn([alternative], facts), goal),
      ),
    );
  }

  /** Nodes of one form have one number. */
  #id(node: TypedNode): number {
    let id = this.#idOf.get(node);
    if (id === undefined) {
      const key =
        node.kind === 'check'
          ? `c${node.key}`
          : node.kind === 'not'
            ? `n${String(this.#id(node.child))}`
            : node.kind +
              [...new Set(node.children.map(child => this.#id(child)))].sort((a, b) => a - b).join();
      id = this.#ids.get(key) ?? this.#ids.size;
      this.#ids.set(key, id);
      this.#idOf.set(node, id);
    }
    return id;
  }

  #learn(outcomes: readonly Outcome[], before?: Facts): Facts {
    const held = new Set(before?.held);
    const failed = new Set(before?.failed);
    const literals = new Map(before?.literals);
    const choices = [...(before?.choices ?? [])];
    this.#effort.left -= held.size + failed.size + literals.size + choices.length;
    const visit = ({ node, wanted }: Outcome): void => {
      this.#effort.left--;
      const known = wanted ? held : failed;
      const id = this.#id(node);
      if (known.has(id)) return;
      known.add(id);
      if (node.kind === 'not') visit({ node: node.child, wanted: !wanted });
      else if (node.kind === 'check') {
        if (isSingle(node)) {
          const { key } = node.left;
          const told = literals.get(key) ?? [];
          this.#effort.left -= told.length;
          literals.set(key, [...told, { check: node, wanted }]);
        }
      } else {
        const parts = node.children.map(child => ({ node: child, wanted }));
        if ((node.kind === 'and') === wanted) parts.forEach(visit);
        else if (parts.length <= MOST_ALTERNATIVES) choices.push(parts);
      }
    };
    outcomes.forEach(visit);
    return { held, failed, literals, choices, follows: new Map(), followsNot: new Map() };
  }

  #follows(facts: Facts, { node, wanted }: Outcome): boolean {
    this.#effort.left--;
    if (!spend(this.#effort, 1)) return false;
    if ((wanted ? facts.held : facts.failed).has(this.#id(node))) return true;
    switch (node.kind) {
      case 'not':
        return this.#follows(facts, { node: node.child, wanted: !wanted });
      case 'check':
        return (
          isSingle(node) &&
          literalFollows(facts.literals.get(node.left.key) ?? [], node, wanted, this.#effort)
        );
      case 'and':
      case 'or': {
        const known = wanted ? facts.follows : facts.followsNot;
        let answer = known.get(node);
        if (answer === undefined) {
          const follows = (child: TypedNode): boolean => this.#follows(facts, { node: child, wanted });
          const all = (node.kind === 'and') === wanted;
          answer = all ? node.children.every(follows) : node.children.some(follows);
          known.set(node, answer);
        }
        return answer;
      }
    }
  }
}

/** The parts that all have to hold for a condition to hold. */
function conjuncts(condition: TypedNode): readonly Outcome[] {
  const parts: Outcome[] = [];
  const seen = { held: new Set<TypedNode>(), failed: new Set<TypedNode>() };
  const visit = (node: TypedNode, wanted: boolean): void => {
    const known = wanted ? seen.held : seen.failed;
    if (known.has(node)) return;
    known.add(node);
    if (node.kind === 'not') visit(node.child, !wanted);
    else if (node.kind !== 'check' && (node.kind === 'and') === wanted)
      for (const child of node.children) visit(child, wanted);
    else parts.push({ node, wanted });
  };
  visit(condition, true);
  return parts;
}

function isSingle({ left, right }: Check): boolean {
  return left.candidates === null && !left.list && right.kind !== 'source';
}

/** Whether a check of a source has the wanted answer where its `facts` hold. */
function literalFollows(facts: readonly Literal[], check: Check, wanted: boolean, effort: Effort): boolean {
  const present = facts.filter(fact => fact.wanted);
  if (present.length === 0) return false;
  if (check.operator === 'exists') return wanted;
  const values = fewestValues(present);
  if (values === null || !spend(effort, values.length * facts.length)) return false;
  const judges = facts.map(fact => ({ judge: judgeValue(fact.check), wanted: fact.wanted }));
  const judge = judgeValue(check);
  return values.every(
    value => judge(value) === wanted || judges.some(fact => fact.judge(value) !== fact.wanted),
  );
}
