import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { compileGlob } from '../../../daemon/filter/glob.js';

/** Reads lines of pattern, text and flag in hexadecimal; prints 1 or 0 for each, by the C library. */
const PROGRAM = `
#define _GNU_SOURCE
#include <fnmatch.h>
#include <stdio.h>
static void get(char *to) {
  int length; unsigned byte;
  if (scanf("%d", &length) != 1) length = 0;
  for (int i = 0; i < length; i++) { if (scanf("%x", &byte) != 1) byte = 0; to[i] = (char)byte; }
  to[length] = 0;
}
int main(void) {
  static char pattern[4096], text[4096];
  int fold;
  while (scanf("%d", &fold) == 1) {
    get(pattern); get(text);
    putchar(fnmatch(pattern, text, fold ? FNM_CASEFOLD : 0) == 0 ? '1' : '0');
  }
  return 0;
}`;

interface Case {
  readonly pattern: string;
  readonly text: string;
  readonly fold: boolean;
}

const numbers = (bytes: string): string =>
  [String(bytes.length), ...[...bytes].map(byte => byte.charCodeAt(0).toString(16))].join(' ');

/** What fnmatch(3) says to each case. */
function library(cases: readonly Case[]): boolean[] {
  const folder = mkdtempSync(join(tmpdir(), 'fnmatch-'));
  try {
    const source = join(folder, 'fnmatch.c');
    const program = join(folder, 'fnmatch');
    writeFileSync(source, PROGRAM);
    execFileSync('clang', ['-o', program, source]);
    const input = cases.map(
      ({ pattern, text, fold }) => `${fold ? '1' : '0'} ${numbers(pattern)} ${numbers(text)}\n`,
    );
    const output = execFileSync(program, { input: input.join(''), env: { LC_ALL: 'C' } });
    return [...output.toString('latin1')].map(digit => digit === '1');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const PIECES = [
  '*',
  '?',
  'a',
  'b',
  'B',
  'A',
  '/',
  '.',
  '[ab]',
  '[!a]',
  '[^b]',
  '[a-c]',
  '[]a]',
  '[a',
  ']',
  '-',
  '\\',
  '\\*',
  '\\a',
  '[[:alpha:]]',
  '[[:digit:]b]',
  '[!]]',
  '[a-]',
  '[-a]',
  '[\\]]',
  '[b-a]',
  '1',
  '\xe9',
  '[\x80-\xff]',
  '!',
  '^',
  '[[.a.]]',
  '[[=b=]]',
  '[[.B.]]',
  '[[=A=]c]',
  '[/]',
  '**',
];
const TEXT = ['a', 'b', 'B', 'A', 'c', '/', '.', '-', ']', '[', '\\', '*', '1', '\xe9', '!', '^', '?'];
const cases = fc.record({
  pattern: fc.array(fc.constantFrom(...PIECES), { maxLength: 4 }).map(pieces => pieces.join('')),
  text: fc.array(fc.constantFrom(...TEXT), { maxLength: 3 }).map(pieces => pieces.join('')),
  fold: fc.boolean(),
});

describe('a glob', () => {
  it('matches what fnmatch of the C library matches', () => {
    const all = fc.sample(cases, { seed: 5, numRuns: 60_000 });
    const expected = library(all);
    assert.equal(expected.length, all.length);
    assert.ok(expected.filter(Boolean).length > 4000);
    const wrong = all.filter(
      ({ pattern, text, fold }, index) => compileGlob(pattern, fold)(text) !== expected[index],
    );
    assert.deepEqual(wrong.slice(0, 20), []);
  }).timeout(60_000);

  it('takes no longer than pattern times text', () => {
    const matches = compileGlob('*a'.repeat(200) + 'b', false);
    const start = performance.now();
    assert.equal(matches('a'.repeat(20_000)), false);
    assert.ok(performance.now() - start < 5000);
  });
});
