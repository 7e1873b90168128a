# Grammar of conditions. Tokens come from lexer.ts, which knows what may stand where; nodes are made in build.ts.
# Unambiguous and left-recursive throughout, so that parsing takes time in proportion to the text. Every rule is also
# tried on texts that go on: what a production is given, it must not change.
@preprocessor typescript
@{%
import * as build from './build.js';
const lexer = { has: (_name: string): boolean => true, next: () => undefined, save: () => ({}), reset: () => {}, formatError: () => '' };
%}
@lexer lexer

# completed after every operand: what the whole text needs is done once, in parse.ts
condition -> or                             {% id %}

or        -> disjuncts                      {% d => build.junction('or', d[0].parts, d[0].start) %}
disjuncts -> and                            {% d => build.operands(null, d[0]) %}
           | disjuncts %or and              {% d => build.operands(d[0], d[2]) %}

and       -> conjuncts                      {% d => build.junction('and', d[0].parts, d[0].start) %}
conjuncts -> negation                       {% d => build.operands(null, d[0]) %}
           | conjuncts %and negation        {% d => build.operands(d[0], d[2]) %}

negation  -> primary                        {% id %}
           | nots primary                   {% d => build.negate(d[0], d[1]) %}
           | %openNot or %close             {% d => build.negatedGroup(null, d[0], d[1], d[2]) %}
           | nots %openNot or %close        {% d => build.negatedGroup(d[0], d[1], d[2], d[3]) %}
nots      -> %not                           {% d => ({ start: d[0].start, count: 1 }) %}
           | nots %not                      {% d => ({ start: d[0].start, count: d[0].count + 1 }) %}

primary   -> %open or %close                {% d => build.group(d[0], d[1], d[2]) %}
           | %identifier                    {% d => build.identifier(d[0]) %}
           | check                          {% d => build.part(d[0]) %}

check     -> operand %exists                {% d => build.exists(d[0], d[1]) %}
           | operand %operator right        {% d => build.comparison(d[0], d[1], null, d[2]) %}
           | operand %operator %modifier list  {% d => build.comparison(d[0], d[1], d[2], d[3]) %}
           | operand %operator %modifier value {% d => build.comparison(d[0], d[1], d[2], d[3]) %}

right     -> value                          {% id %}
           | list                           {% id %}
           | operand                        {% id %}

operand   -> %field                         {% d => build.field(d[0], null) %}
           | %field bracket                 {% d => build.field(d[0], d[1]) %}
           | %call arguments %callClose     {% d => build.transformer(d[0], d[1], d[2], null) %}
           | %call arguments %callClose bracket {% d => build.transformer(d[0], d[1], d[2], d[3]) %}

bracket   -> %bracket %argument %unbracket  {% d => build.bracket(d[1], d[2]) %}

arguments -> argument                       {% d => build.sequence(null, d[0]) %}
           | arguments %comma argument      {% d => build.sequence(d[0], d[2]) %}
argument  -> item                           {% id %}
           | %itemsOpen %itemsClose         {% d => build.items(d[0], null, d[1]) %}
           | %itemsOpen items %itemsClose   {% d => build.items(d[0], d[1], d[2]) %}
items     -> item                           {% d => build.sequence(null, d[0]) %}
           | items %comma item              {% d => build.sequence(d[0], d[2]) %}
item      -> operand                        {% id %}
           | value                          {% id %}

list      -> %listOpen %listClose           {% d => build.list(d[0], null, d[1]) %}
           | %listOpen values %listClose    {% d => build.list(d[0], d[1], d[2]) %}
values    -> value                          {% d => build.sequence(null, d[0]) %}
           | values %comma value            {% d => build.sequence(d[0], d[2]) %}
value     -> %value                         {% d => build.value(d[0]) %}
