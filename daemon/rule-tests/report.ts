/** Results of rule tests as people read them. */
import { basename } from 'node:path';
import { positionAt } from '../rules/source-file.js';
import type { TestResult } from './run.js';
import type { TestFile } from './test-file.js';

/** @param verbose names the tests that passed as well */
export function reportText(file: TestFile, results: readonly TestResult[], verbose: boolean): string {
  const failed = results.filter(result => !result.passed);
  const rules = file.rules.map(({ path }) => basename(path)).join(', ');
  const lines = [
    `${file.file.name}: ${String(results.length - failed.length)} passed, ${String(failed.length)} failed (${rules})`,
  ];
  for (const result of verbose ? results : failed) {
    if (result.passed) lines.push(`  ✓ ${result.test.name}`);
    else lines.push(...failureLines(file, result));
  }
  return `${lines.join('\n')}\n`;
}

function failureLines(file: TestFile, { test, raised, reasons }: TestResult): readonly string[] {
  const { line, column } = positionAt(file.file, test.at.start);
  return [
    `  ✗ ${test.name} (${file.file.name}:${String(line + 1)}:${String(column + 1)})`,
    `      expected: ${names(test.alerts)}`,
    `      came:     ${names(raised)}`,
    ...reasons.map(reason => `      ${reason}`),
  ];
}

function names(alerts: readonly { readonly rule: string }[]): string {
  return alerts.length === 0 ? 'no alert' : alerts.map(({ rule }) => `'${rule}'`).join(', ');
}
