import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
  const write = (more = '', watch = false): void =>
    writeFileSync(
      config,
      `rules_files: [${rules()}]\nwatch_config_files: ${String(watch)}\nstdout_output: {enabled: true}\n${more}`,
    );

  /** @param answer of the engine to each reload */
  function start(answer: () => Promise<ReloadResult | null>, watch = false): void {
    said = [];
    alerts = [];
    over = [];
    asked = 0;
    write('', watch);
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

  it('sees that an included file is mended which was bad, whether or not it counted before', async () => {
    start(() => Promise.resolve({ ok: true }), true);
    const included = join(folder, 'config.d');
    mkdirSync(included);
    writeFileSync(join(included, 'a.yaml'), 'json_output: [\n');
    write(`config_files: [${included}]\n`, true);
    await eventually('it is refused', () => over.length === 1);
    assert.deepEqual(over, [false]);
    writeFileSync(join(included, 'a.yaml'), 'json_output: true\n');
    await eventually('it is taken', () => over.length === 2);
    writeFileSync(join(included, 'a.yaml'), 'config_files: [x]\n');
    await eventually('it is refused again', () => over.length === 3);
    writeFileSync(join(included, 'a.yaml'), 'json_output: false\n');
    await eventually('it is taken again', () => over.length === 4);
    assert.deepEqual([over, asked], [[false, true, false, true], 2]);
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
