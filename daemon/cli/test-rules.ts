/** --test: runs rule tests and says which failed, and why. */
import { readFileSync } from 'node:fs';
import { readTests } from '../rule-tests/read.js';
import { problemText } from '../rule-tests/reader.js';
import { reportText } from '../rule-tests/report.js';
import { runTests } from '../rule-tests/run.js';
import { resultText } from '../rules/report.js';
import { printError, printOut } from './print.js';

/** @returns the exit code: 0 when every test of every file passed */
export async function testRules(names: readonly string[], verbose: boolean): Promise<0 | 1> {
  let passed = 0;
  let failed = 0;
  let broken = 0;
  const refuse = (message: string): void => {
    broken++;
    printError(message);
  };
  for (const name of names) {
    let content: Buffer;
    try {
      content = readFileSync(name);
    } catch {
      refuse(`Could not open file ${name} for reading`);
      continue;
    }
    const read = readTests(name, content);
    if (!read.ok) {
      refuse(read.errors.map(problemText).join('\n'));
      continue;
    }
    const run = await runTests(read.value, path => readFileSync(path));
    if (!run.ok) {
      refuse([...run.errors.map(problemText), ...run.rules.map(resultText)].join('\n'));
      continue;
    }
    printOut(reportText(read.value, run.tests, verbose));
    for (const result of run.tests)
      if (result.passed) passed++;
      else failed++;
  }
  const unread = broken === 0 ? '' : `, ${String(broken)} ${broken === 1 ? 'file' : 'files'} not run`;
  const code = printOut(`${String(passed)} passed, ${String(failed)} failed${unread}\n`);
  return failed === 0 && broken === 0 ? code : 1;
}
