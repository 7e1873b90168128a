/** What the log says while the daemon starts. */
import assert from 'node:assert/strict';
import { logConfiguration, logRules, logSource } from '../../../daemon/cli/startup-lines.js';
import type { Config } from '../../../daemon/config/config.js';
import { loadConfigText } from '../../../daemon/config/load.js';
import type { Log } from '../../../daemon/log/log.js';

function config(yaml: string): Config {
  const loaded = loadConfigText(yaml, []);
  assert.ok(loaded.ok);
  return loaded.config;
}

function said(say: (log: Log) => void): readonly string[] {
  const lines: string[] = [];
  say((level, text) => void lines.push(`${level}: ${text}`));
  return lines;
}

const REPLAY = 'engine:\n  kind: replay\n  replay:\n    capture_file: /tmp/a.scap\n';

describe('the first words of the log', () => {
  it('name the kernel where its events are watched, and not for a capture', () => {
    const system = (yaml: string): number =>
      said(log => logConfiguration(log, { config: config(yaml), files: [], warnings: [] })).filter(line =>
        line.startsWith('info: System info: '),
      ).length;
    assert.deepEqual([system(''), system(REPLAY)], [1, 0]);
  });

  it('name the steps by which rules are chosen', () => {
    const rules = 'rules:\n  - disable: {rule: "*"}\n  - enable: {rule: A, tag: t}\n';
    assert.deepEqual(
      said(log => logRules(log, [], config(rules))),
      [
        'info: Loading rules from:',
        'info: Disabling rules with name: *',
        'info: Enabling rules with name: A',
        'info: Enabling rules with tag: t',
      ],
    );
  });

  it('say where captures go when they are enabled', () => {
    const captures = `${REPLAY}capture:\n  enabled: true\n  mode: all_rules\n  path_prefix: /tmp/x\n`;
    const first = (yaml: string): string | undefined =>
      said(log =>
        logSource(log, {
          config: config(yaml),
          files: [],
          warnings: [],
          driverProblem: '',
          audit: null,
          sources: ['syscall'],
        }),
      )[0];
    assert.equal(first(captures), "info: Capture is enabled in mode 'all_rules'. Capturing events to /tmp/x");
    assert.equal(first(REPLAY), 'info: Loaded event sources: syscall');
  });
});
