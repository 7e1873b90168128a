/**
 * Runs the built tests in groups, each in a mocha of its own, so that a crash in native code costs one group and not
 * the count of all. Repeats at the end what failed, under `== failures`, for whoever sees the end only. Prints
 * `N passed, N failed[, N skipped]` as the last line; exit code 1 when anything failed.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** On a machine that is so many times slower, all times are longer. */
const patience = Number(process.env.FALCO_TEST_PATIENCE ?? 1);

/** In the order in which they run; `limit` is the time of the whole group, in seconds. */
const groups = [
  { name: 'unit', timeout: 20, limit: 480 },
  { name: 'conformance', timeout: 60, limit: 240 },
  { name: 'replay', timeout: 60, limit: 240 },
  { name: 'fuzz', timeout: 60, limit: 3600 },
  { name: 'live', timeout: 60, limit: 420 },
  { name: 'e2e', timeout: 120, limit: 1800 },
];

const groupOf = file => groups.find(group => file.startsWith(`test/${group.name}/`))?.name ?? 'unit';

/** Sources of all tests, relative to the root: what is left in dist of a deleted test does not run. */
const sources = readdirSync(join(root, 'test'), { recursive: true })
  .filter(path => path.endsWith('.test.ts'))
  .map(path => join('test', path))
  .sort();

/** The tests that an argument of the command line names. */
function chosenBy(word) {
  if (groups.some(group => group.name === word)) return sources.filter(file => groupOf(file) === word);
  const path = relative(root, resolve(word))
    .replace(/^dist\//, '')
    .replace(/\.js$/, '.ts');
  const chosen = sources.filter(file =>
    [path, `test/${word}`, `test/${word}.test.ts`].some(
      at => file === at || file.startsWith(`${at.replace(/\/$/, '')}/`),
    ),
  );
  if (chosen.length === 0) throw new Error(`no test is named ${word}`);
  return chosen;
}

/** Runs one group; resolves to its counts. */
async function run(group, files, options) {
  const folder = mkdtempSync(join(tmpdir(), 'falco-tests-'));
  const counts = join(folder, 'counts.json');
  const built = files.map(file => join('dist', file.replace(/\.ts$/, '.js')));
  const mocha = join(root, 'node_modules/mocha/bin/mocha.js');
  const reporter = join(root, 'scripts/reporter.cjs');
  const child = spawn(
    process.execPath,
    [mocha, '--reporter', reporter, '--timeout', `${group.timeout * patience}s`, ...options, ...built],
    {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, FALCO_TEST_COUNTS: counts },
    },
  );
  const watchdog = setTimeout(
    () => {
      console.log(`  ${group.name}: still running after ${group.limit * patience} s, ended`);
      child.kill('SIGKILL');
    },
    group.limit * patience * 1000,
  );
  const ended = await new Promise(done => child.on('exit', (code, signal) => done({ code, signal })));
  clearTimeout(watchdog);
  let result = { passed: 0, failed: 0, skipped: 0, failures: [], running: '', complete: false };
  if (statSync(counts, { throwIfNoEntry: false })) result = JSON.parse(readFileSync(counts, 'utf8'));
  rmSync(folder, { recursive: true });
  const clean = result.complete && ended.signal === null && (ended.code === 0 || result.failed > 0);
  if (!clean) {
    const early = `  ${group.name}: mocha ended early (${ended.signal ?? `code ${ended.code}`}) in: ${result.running || 'loading the tests'}`;
    console.log(early);
    result.failures.push(early);
    result.failed += 1;
  }
  return result;
}

const failures = [];
const total = { passed: 0, failed: 0, skipped: 0 };
const options = process.argv.slice(2).filter(word => word.startsWith('-'));
const words = process.argv.slice(2).filter(word => !word.startsWith('-'));
try {
  const chosen = words.length === 0 ? sources : [...new Set(words.flatMap(chosenBy))];
  for (const group of groups) {
    const files = chosen.filter(file => groupOf(file) === group.name);
    if (files.length === 0) continue;
    const start = Date.now();
    console.log(`\n== ${group.name}`);
    const result = await run(group, files, options);
    for (const key of Object.keys(total)) total[key] += result[key];
    if (result.failed > 0) failures.push(`== ${group.name}`, ...result.failures);
    console.log(
      `   ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped in ${Math.round((Date.now() - start) / 1000)} s`,
    );
  }
} catch (error) {
  failures.push(error.message);
  total.failed += 1;
}
if (failures.length > 0) console.log(['\n== failures', ...failures].join('\n'));
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
process.exitCode = total.failed > 0 ? 1 : 0;
