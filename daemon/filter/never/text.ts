/** Checks as text, from the typed tree. */
import { formatAddress } from '../address.js';
import { quote } from '../escape.js';
import { operatorText } from '../print.js';
import { groupOf } from '../types.js';
import type { Check, Constant } from '../typed.js';

const MOST_CHARACTERS = 80;

/** `proc.name in (a, b)`, cut where it is long. */
export function checkText(check: Check): string {
  const text = whole(check);
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 3)}...` : text;
}

function whole(check: Check): string {
  const { left, operator, right } = check;
  switch (right.kind) {
    case 'none':
      return `${left.text} exists`;
    case 'source':
      return `${left.text} ${operator} ${right.source.text}`;
    case 'constants':
    case 'each': {
      const [only] = right.values;
      const isSet = operator === 'in' || operator === 'intersects' || operator === 'pmatch';
      if (right.kind === 'constants' && !isSet && right.values.length === 1)
        return `${left.text} ${operator} ${constantText(only!, check)}`;
      const modifier = right.kind === 'each' ? right.modifier : isSet ? null : 'anyof';
      const name = operator === 'exists' ? operator : operatorText({ operator, modifier });
      // More of a long list would be cut off.
      const items = right.values.slice(0, MOST_CHARACTERS).map(value => constantText(value, check));
      return `${left.text} ${name} (${items.join(', ')})`;
    }
  }
}

function constantText(value: Constant, { left }: Check): string {
  if (typeof value === 'object') return `${formatAddress(value.address)}/${String(value.prefix)}`;
  if (typeof value !== 'string') return String(value);
  return groupOf(left.type) === 'address' ? formatAddress(value) : quote(value);
}
