/**
 * The daemon in a pod: configuration and rules in folders as the kubelet makes them of ConfigMaps, as a user without
 * rights, and reloads when the kubelet puts a new version in place.
 */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { configMapVolume, type ConfigMapVolume } from '../support/helm/config-map-volume.js';
import { describeLive, patience } from '../support/live.js';
import { freePort, post } from '../support/post.js';
import { eventually, sleep, startProcess, type RunningProcess } from '../support/process.js';
import { falco, quietConfig, WATCHING } from '../support/run-daemon.js';

const NOBODY = 65534;
const EVENT =
  '{"kind":"Event","auditID":"a","stage":"ResponseComplete","stageTimestamp":"2026-11-23T07:49:20.391063Z"}';

const rule = (name: string): string => `- rule: ${name}
  desc: test
  condition: ka.auditid exists
  output: ${name} %ka.auditid
  priority: NOTICE
  source: k8s_audit
`;

describeLive(
  'A daemon whose files are those of ConfigMaps',
  () => {
    let root = '';
    let daemon: RunningProcess | undefined;
    let chart: ConfigMapVolume;
    let rules: ConfigMapVolume;
    let more: ConfigMapVolume;
    let port = 0;

    const config = (keys: object = {}): string =>
      stringify({
        ...quietConfig,
        config_files: [more.folder],
        rules_files: [rules.folder],
        watch_config_files: true,
        webserver: {
          ...{
            enabled: true,
            listen_address: '127.0.0.1',
            listen_port: port,
            k8s_audit_endpoint: '/k8s-audit',
          },
        },
        ...keys,
      });

    beforeEach(async () => {
      root = mkdtempSync(join(tmpdir(), 'falco-pod-'));
      chmodSync(root, 0o755);
      port = await freePort();
      chart = configMapVolume(join(root, 'chart'));
      rules = configMapVolume(join(root, 'rules.d'));
      more = configMapVolume(join(root, 'config.d'));
      rules.write({ 'first.yaml': rule('First') });
      more.write({ 'site.yaml': 'static_fields: {site: lab}\n' });
      chart.write({ 'falco.yaml': config() });
      daemon = startProcess('setpriv', [
        ...[`--reuid=${String(NOBODY)}`, `--regid=${String(NOBODY)}`, '--clear-groups', '--no-new-privs'],
        ...['--bounding-set=-all', '--inh-caps=-all'],
        ...[falco, '-c', join(chart.folder, 'falco.yaml'), '--disable-source', 'syscall'],
      ]);
      await daemon.line('stderr', WATCHING, 20_000 * patience);
    });
    afterEach(async () => {
      await daemon?.stop();
      rmSync(root, { recursive: true, force: true });
    });

    const logged = (fits: RegExp): readonly string[] =>
      daemon!.stderr.map(({ text }) => text).filter(text => fits.test(text));
    async function reloads(what: () => void, outcome = /Rules are reloaded/): Promise<void> {
      const before = logged(outcome).length;
      what();
      await eventually('a reload', () => logged(outcome).length > before, 10_000 * patience);
      await sleep(500);
      assert.equal(logged(outcome).length, before + 1, 'one reload for one change');
    }
    async function alerts(...names: readonly string[]): Promise<void> {
      const since = daemon!.stdout.length;
      assert.equal((await post(port, EVENT)).status, 200);
      await eventually('alerts', () => daemon!.stdout.length - since >= names.length, 5_000 * patience);
      await sleep(200);
      const texts = daemon!.stdout.slice(since).map(({ text }) => / (\w+) a$/.exec(text)?.[1] ?? text);
      assert.deepEqual(texts, names);
    }

    it('reads them, and nothing twice', async () => {
      await alerts('First');
      assert.deepEqual(logged(/warn|rror|fail/i), []);
    });

    it('takes over rules that are replaced, added and taken away, each at once', async () => {
      await reloads(() => rules.write({ 'first.yaml': rule('Second') }));
      await alerts('Second');
      await reloads(() => {
        rules.write({ 'first.yaml': rule('Second'), 'more.yaml': rule('Third') });
        chart.write({ 'falco.yaml': config({ rule_matching: 'all' }) });
      });
      await alerts('Second', 'Third');
      await reloads(() => rules.write({ 'more.yaml': rule('Third') }));
      await alerts('Third');
    });

    it('takes over a new falco.yaml, and what is laid over it', async () => {
      await reloads(() => chart.write({ 'falco.yaml': config({ json_output: true }) }));
      await post(port, EVENT);
      await daemon!.line('stdout', /^\{.*"rule":\s*"First"/, 5_000 * patience);
      await reloads(() => more.write({ 'site.yaml': 'json_output: false\n' }));
      await alerts('First');
    });

    it('keeps what it has when the new rules are bad', async () => {
      await reloads(() => rules.write({ 'first.yaml': '- rule: Broken\n' }), /Reload failed/);
      assert.equal((await post(port, EVENT)).status, 200);
      await daemon!.line('stdout', /First a$/, 5_000 * patience);
      await reloads(() => rules.write({ 'first.yaml': rule('Fourth') }));
      await alerts('Fourth');
    });
  },
  ['setpriv'],
);
