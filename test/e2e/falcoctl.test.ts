/** The running daemon beside falcoctl: what it answers, what falcoctl writes into its configuration, and rules that are replaced. */
import assert from 'node:assert/strict';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { follow, WAYS, type Way } from '../support/falcoctl.js';
import { describeLive, patience } from '../support/live.js';
import { freePort } from '../support/ports.js';
import { eventually } from '../support/process.js';
import { deliveredRules, runDaemon, type Daemon } from '../support/run-daemon.js';
import { describeShared, sharedPath } from '../support/shared.js';

/** As `falcoctl driver config` writes it. */
const ENGINE_KIND = (kind: string): string => `engine:\n    kind: ${kind}\n`;

describeLive('The daemon beside falcoctl', function (this: Mocha.Suite) {
  this.timeout(90_000 * patience);
  let folder: string;
  let file: string;
  let probe: string;
  let port: number;
  let daemon: Daemon | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'falco-falcoctl-'));
    for (const name of ['rules.d', 'config.d']) mkdirSync(join(folder, name));
    file = join(folder, 'falco_rules.yaml');
    probe = join(folder, 'probe');
    writeFileSync(probe, '');
    writeFileSync(join(folder, 'canary'), '');
    writeFileSync(join(folder, 'rules.d/canary.yaml'), rule('Canary', join(folder, 'canary'), 'canary'));
  });
  afterEach(async () => {
    await daemon?.stop();
    daemon = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  const rule = (name: string, path: string, output: string): string =>
    `- rule: ${name}\n  desc: d\n  condition: evt.type in (open, openat, openat2) and fd.name = ${path}\n` +
    `  output: ${output}\n  priority: NOTICE\n`;
  /** Rules as an artifact has them: many, and one that tells which version it is. */
  const rulesOf = (version: string): string =>
    Array.from({ length: 60 }, (_, n) => rule(`Rule ${String(n)}`, `/nowhere/${String(n)}`, 'x')).join('') +
    rule('Versioned', probe, `version ${version}.`);
  const touch = (name: string): void => closeSync(openSync(join(folder, name), 'r'));
  const url = (): string => `http://127.0.0.1:${String(port)}/versions`;
  const logOf = (pattern: RegExp): string[] =>
    (daemon?.stderr ?? []).map(({ text }) => text).filter(text => pattern.test(text));
  const alerts = (pattern: RegExp): string[] =>
    (daemon?.stdout ?? []).map(({ text }) => text).filter(text => pattern.test(text));

  async function start(kind: string): Promise<Daemon> {
    port = await freePort();
    writeFileSync(join(folder, 'config.d/engine-kind-falcoctl.yaml'), ENGINE_KIND(kind));
    daemon = await runDaemon({
      config: {
        engine: { kind: 'nodriver' },
        config_files: [join(folder, 'config.d')],
        rules_files: [file, join(folder, 'rules.d')],
        watch_config_files: true,
        webserver: { enabled: true, listen_address: '127.0.0.1', listen_port: port },
      },
    });
    return daemon;
  }
  /** Events until one of them raises the alert: the daemon takes new rules some tenths of a second after they are there. */
  async function nextAlert(pattern: RegExp, name = 'probe'): Promise<void> {
    for (const start = Date.now(); alerts(pattern).length === 0; await pause(50)) {
      assert.ok(
        Date.now() - start < 15_000 * patience,
        `no alert like ${String(pattern)}\n${logOf(/./).join('\n')}`,
      );
      touch(name);
    }
  }

  for (const [kind, warning] of [
    ['modern_ebpf', []],
    ['kmod', [/engine\.kind 'kmod': there is no kernel module; modern_ebpf is used instead/]],
  ] as const) {
    it(`watches with the engine.kind ${kind} that falcoctl has written into config.d`, async () => {
      writeFileSync(file, rulesOf('1'));
      await start(kind);
      assert.equal(logOf(/engine-kind-falcoctl\.yaml \| schema validation: ok/).length, 1);
      await nextAlert(/version 1\./);
      for (const text of warning) assert.equal(logOf(text).length, 1);
      assert.deepEqual(logOf(/kmod/).length, warning.length);
    });
  }

  it('answers /versions with what artifacts are compared with, and only what fits is written', async () => {
    writeFileSync(file, rulesOf('1'));
    await start('modern_ebpf');
    const answer = await fetch(url());
    assert.equal(answer.headers.get('content-type'), 'application/json');
    const versions = (await answer.json()) as Record<string, unknown>;
    for (const name of [
      'engine_version_semver',
      'plugin_api_version',
      'driver_api_version',
      'libs_version',
      'falco_version',
    ])
      assert.match(String(versions[name]), /^\d+\.\d+\.\d+/, name);
    assert.equal(String(versions['engine_version_semver']).split('.')[1], versions['engine_version']);
    assert.deepEqual(Object.keys(versions['plugin_versions'] as object), ['container', 'k8saudit', 'json']);

    const take = (
      version: string,
      requirements: Readonly<Record<string, string>>,
    ): Promise<string | undefined> => follow(url(), { content: rulesOf(version), requirements }, file);
    assert.match((await take('2', { engine_version_semver: '0.999.0' })) ?? '', /0\.999\.0 is needed/);
    assert.match((await take('2', { gpu_version: '1.0.0' })) ?? '', /is not known/);
    await nextAlert(/version 1\./);
    assert.equal(
      await take('3', { engine_version_semver: '0.57.0', plugin_api_version: '3.0.0' }),
      undefined,
    );
    await nextAlert(/version 3\./);
    assert.equal(alerts(/version 2\./).length, 0);
  });

  it('takes new rules in whatever way their file is replaced, and misses no event meanwhile', async () => {
    writeFileSync(file, rulesOf('0'));
    await start('modern_ebpf');
    let opened = 0;
    const canary = setInterval(() => {
      touch('canary');
      opened++;
    }, 5);
    try {
      for (const [i, way] of (Object.keys(WAYS) as Way[]).entries()) {
        const content = rulesOf(`of a file ${way}`);
        assert.equal(await follow(url(), { content, requirements: {} }, file, way), undefined);
        await nextAlert(new RegExp(`version of a file ${way}\\.`));
        assert.deepEqual(logOf(/Reload failed/), [], way);
        assert.equal(logOf(/Rules are reloaded/).length, i + 1, way);
      }
    } finally {
      clearInterval(canary);
    }
    assert.ok(opened > 500);
    await eventually('all canaries', () => alerts(/ canary$/).length >= opened, 10_000 * patience).catch(
      () => undefined,
    );
    assert.equal(alerts(/ canary$/).length, opened, logOf(/drop|lost/i).join('\n'));
  });

  it('ends with the last rules when they are replaced fifty times in a row, in two ways', async () => {
    writeFileSync(file, rulesOf('0'));
    await start('modern_ebpf');
    for (let n = 1; n <= 50; n++) {
      const way = n % 2 === 0 ? 'written beside and renamed' : 'emptied and written in one go';
      await follow(url(), { content: rulesOf(String(n)), requirements: {} }, file, way);
      touch('canary');
      await pause(20);
    }
    await nextAlert(/version 50\./);
    await eventually('all canaries', () => alerts(/ canary$/).length === 50, 10_000 * patience);
    assert.deepEqual(logOf(/Reload failed/), []);
    // What comes in a row is one reload, or a few.
    assert.ok(logOf(/Rules are reloaded/).length < 25);
  });

  it('stays with the old rules while the file is broken, says so, and takes the whole one', async () => {
    writeFileSync(file, rulesOf('1'));
    await start('modern_ebpf');
    await nextAlert(/version 1\./);
    const whole = rulesOf('2');
    // Cut in the middle of a condition.
    writeFileSync(file, whole.slice(0, whole.lastIndexOf('openat2') + 3));
    await daemon!.line('stderr', /Reload failed, the running rules stay: /, 15_000 * patience);
    const failures = (): string[] => alerts(/Critical Falco internal: hot restart failure/);
    await eventually('an alert says so, too', () => failures().length === 1, 10_000 * patience);
    const before = alerts(/version 1\./).length;
    touch('probe');
    await eventually('the old rule', () => alerts(/version 1\./).length === before + 1, 10_000 * patience);
    await follow(url(), { content: whole, requirements: {} }, file);
    await nextAlert(/version 2\./);
  });

  describeShared('with the rules that falcoctl installs', () => {
    it('takes falco-rules 5 over those that it came with, and raises their alerts', async function () {
      this.timeout(90_000 * patience);
      writeFileSync(file, readFileSync(deliveredRules));
      await start('modern_ebpf');
      const content = readFileSync(sharedPath('rules/falco_rules-5.1.0.yaml'), 'utf8');
      assert.equal(
        await follow(url(), { content, requirements: { engine_version_semver: '0.57.0' } }, file),
        undefined,
      );
      await daemon!.line('stderr', /Rules are reloaded/, 20_000 * patience);
      closeSync(openSync('/etc/shadow', 'r'));
      await daemon!.line(
        'stdout',
        /Warning Sensitive file opened for reading by non-trusted program \| file=\/etc\/shadow /,
        10_000 * patience,
      );
      assert.deepEqual(logOf(/Reload failed/), []);
    });
  });
});
