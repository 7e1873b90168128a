/** A CPU that comes later. Only where the machine is the test's own, and says so: FALCO_TEST_HOTPLUG=1. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { attach, opened } from '../addon/workload.js';
import { describeDriver, drained, numberOf } from './calls.js';

const ONLINE = '/sys/devices/system/cpu/cpu1/online';

if (process.env['FALCO_TEST_HOTPLUG'] === '1' && existsSync(ONLINE)) {
  describeDriver('The driver on a machine whose CPUs come and go', getBench => {
    afterEach(() => writeFileSync(ONLINE, '1'));

    it('sees the calls on a CPU that was not there when it was loaded', () => {
      const { flavor } = getBench().driver;
      writeFileSync(ONLINE, '0');
      const driver = opened({ flavor, cpusForEachBuffer: 1 });
      try {
        attach(driver);
        driver.setInterest([numberOf('close')]);
        writeFileSync(ONLINE, '1');
        execFileSync('taskset', ['2', 'sh', '-c', 'cat /etc/hostname']);
        const seen = drained(driver).filter(({ cpu, context }) => cpu === 1 && context.comm === 'cat');
        assert.ok(seen.length > 0, 'nothing of CPU 1');
        const { seen: all, submitted, dropped } = driver.stats();
        assert.equal(all, submitted);
        assert.deepEqual(
          Object.values(dropped).filter(count => count > 0),
          [],
        );
      } finally {
        driver.close();
      }
    });
  });
}
