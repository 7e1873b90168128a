import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Alert } from '../../../daemon/alerts/alert.js';
import { parseArguments } from '../../../daemon/cli/arguments.js';
import { readInputs } from '../../../daemon/cli/inputs.js';
import { startReloading, type Reloading } from '../../../daemon/cli/reload.js';
import type { ReloadResult } from '../../../daemon/engine/engine.js';
import { serviceManager } from '../../../daemon/service/notify.js';
import { eventually } from '../../support/process.js';

describe('A reload', () => {
  let folder = '';
  let config = '';
  let reloading: Reloading | undefined;
  let said: string[];
  let alerts: string[];
  let asked: number;
  let over: boolean[];
  const rules = (): string => join(folder, 'rules.yaml');
  const write = (more = ''): void =>
    writeFileSync(
      config,
      `rules_files: [${rules()}]\nwatch_config_files: false\nstdout_output: {enabled: true}\n${more}`,
    );

  /** @param answer of the engine to each reload */
  function start(answer: () => Promise<ReloadResult | null>): void {
    said = [];
    alerts = [];
    over = [];
    asked = 0;
    write();
    writeFileSync(rules(), '[]\n');
    const parsed = parseArguments(['-c', config]);
    assert.ok(parsed.ok);
    const inputs = readInputs(parsed.arguments);
    assert.ok(inputs.ok);
    reloading = startReloading({
      args: parsed.arguments,
      engine: {
        reload() {
          asked++;
          return answer();
        },
      },
      manager: serviceManager({}, () => 0),
      log: (level, text) => said.push(`${level}: ${text}`),
      before: inputs.settings,
      rules: inputs.rules,
      diagnostics: () => '',
      alert: (alert: Alert) => alerts.push(alert.message),
      apply: () => Promise.resolve(),
      done: ok => over.push(ok),
    });
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'falco-reload-'));
    config = join(folder, 'falco.yaml');
  });
  afterEach(() => {
    reloading?.close();
    rmSync(folder, { recursive: true });
  });

  it('that fails is an error and an alert', async () => {
    start(() => Promise.resolve({ ok: false, message: 'bad' }));
    reloading!.request();
    await eventually('it is over', () => over.length === 1);
    assert.deepEqual(said, [
      'info: SIGHUP received, restarting...',
      'error: Reload failed, the running rules stay: bad',
    ]);
    assert.deepEqual(alerts, ['Falco internal: hot restart failure: bad']);
    assert.deepEqual(over, [false]);
  });

  it('that the end of the daemon has cut off is neither', async () => {
    let end: (result: null) => void = () => undefined;
    start(() => new Promise(resolve => (end = resolve)));
    reloading!.request();
    await eventually('the engine is asked', () => asked === 1);
    reloading!.close();
    end(null);
    await new Promise(resolve => setImmediate(resolve));
    assert.deepEqual(said, ['info: SIGHUP received, restarting...']);
    assert.deepEqual([alerts, over], [[], []]);
  });

  it('says which changes need a start', async () => {
    start(() => Promise.resolve({ ok: true }));
    write('outputs_spool: {enabled: true, max_size_mb: 2}\n');
    reloading!.request();
    await eventually('it is over', () => over.length === 1);
    assert.deepEqual(said.slice(1), [
      'notice: Changes of outputs_spool take effect when the daemon is started again',
      'info: Rules are reloaded.',
    ]);
  });
});
