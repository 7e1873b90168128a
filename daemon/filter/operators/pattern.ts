/** Operators with patterns: globs, regular expressions, paths. */
import { compileGlob } from '../glob.js';
import { compilePaths } from '../path-trie.js';
import { compileRegex } from '../regex.js';
import { onText, type Operator } from './operator.js';

const glob = (name: 'glob' | 'iglob', fold: boolean): Operator => ({
  name,
  groups: ['string'],
  set: false,
  cost: 3,
  constants: 'typed',
  candidates: 'some',
  compile: ([pattern]) => onText(compileGlob(pattern as string, fold)),
  compare: (value, pattern) => compileGlob(pattern as string, fold)(value as string),
});

const regex: Operator = {
  name: 'regex',
  groups: ['string'],
  set: false,
  cost: 10,
  constants: 'typed',
  candidates: 'some',
  compile: ([pattern]) => {
    const compiled = compileRegex(pattern as string);
    return compiled.ok ? onText(compiled.test) : compiled;
  },
  compare: null,
};

const pmatch: Operator = {
  name: 'pmatch',
  groups: ['string'],
  set: true,
  cost: 3,
  constants: 'typed',
  candidates: 'some',
  compile: paths => onText(compilePaths(paths as readonly string[])),
  compare: null,
};

export const PATTERN: readonly Operator[] = [glob('glob', false), glob('iglob', true), regex, pmatch];
