/**
 * Mocha reporter: one line for each outer `describe`, slow, failed and skipped tests by name, failures in full at the
 * end. Writes the counts, what failed, and what runs, to the file that FALCO_TEST_COUNTS names as it goes: a crash
 * leaves them.
 */
const { writeFileSync } = require('node:fs');
const { format } = require('node:util');
const { reporters } = require('mocha');

/** Mocha's own words on failures, with their differences. */
function described(failures) {
  const lines = [];
  const { consoleLog } = reporters.Base;
  reporters.Base.consoleLog = (...parts) => lines.push(format(...parts));
  try {
    reporters.Base.list(failures);
  } finally {
    reporters.Base.consoleLog = consoleLog;
  }
  return lines.join('\n');
}

module.exports = function reporter(runner) {
  const counts = { passed: 0, failed: 0, skipped: 0, failures: [], running: '', complete: false };
  const failures = [];
  const write = () =>
    process.env.FALCO_TEST_COUNTS && writeFileSync(process.env.FALCO_TEST_COUNTS, JSON.stringify(counts));
  let before = { passed: 0, failed: 0 };

  runner.on('test', test => {
    counts.running = test.fullTitle();
    write();
  });
  runner.on('pass', test => {
    counts.passed += 1;
    if (test.duration > 1000)
      console.log(`      ${test.fullTitle()} (${(test.duration / 1000).toFixed(1)} s)`);
  });
  runner.on('fail', (test, error) => {
    counts.failed += 1;
    // A test and its hook may report one object twice; the list prints it once.
    test.err = error;
    failures.push(test);
    counts.failures.push(test.fullTitle());
    write();
    console.log(`    ✗ ${test.fullTitle()}`);
  });
  runner.on('pending', test => {
    counts.skipped += 1;
    console.log(`    - ${test.fullTitle()} (skipped)`);
  });
  runner.on('suite end', suite => {
    if (!suite.parent?.root) return;
    const failed = counts.failed - before.failed;
    console.log(
      `  ${failed ? '✗' : '✓'} ${suite.title}: ${counts.passed - before.passed} passed${failed ? `, ${failed} failed` : ''}`,
    );
    before = { ...counts };
  });
  runner.on('end', () => {
    counts.complete = true;
    if (failures.length > 0) counts.failures = [described(failures)];
    write();
    if (failures.length > 0) console.log(counts.failures[0]);
  });
};
