import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultConfig } from '../../../daemon/config/defaults.js';
import type { Config } from '../../../daemon/config/config.js';
import type { ContainerMessage } from '../../../daemon/containers/metadata.js';
import { ContainerWatch } from '../../../daemon/engine/container-watch.js';
import { sightOf } from '../../support/containers.js';
import { eventually } from '../../support/process.js';

/** The default configuration with these engines alone. */
function configOf(engines: Readonly<Record<string, unknown>>): Config {
  const off = Object.fromEntries(
    ['docker', 'podman', 'cri', 'containerd'].map(name => [name, { enabled: false }]),
  );
  const init_config = JSON.stringify({ engines: { ...off, ...engines } });
  const plugin = { name: 'container', library_path: 'libcontainer.so', init_config, open_params: '' };
  return { ...defaultConfig(), plugins: [plugin] };
}

describe('the watch over runtimes', () => {
  let root: string;
  let before: string | undefined;
  let watch: ContainerWatch;
  let log: string[];
  let told: ContainerMessage[];
  beforeEach(() => {
    before = process.env['HOST_ROOT'];
    root = process.env['HOST_ROOT'] = mkdtempSync(join(tmpdir(), 'falco-watch-'));
    log = [];
    told = [];
    watch = new ContainerWatch(
      message => void told.push(message),
      (_, text) => void log.push(text.replaceAll(root, '')),
    );
  });
  afterEach(() => {
    watch.close();
    if (before === undefined) delete process.env['HOST_ROOT'];
    else process.env['HOST_ROOT'] = before;
    rmSync(root, { recursive: true });
  });
  const named = (path: string): number => log.filter(text => text.includes(path)).length;

  it('opens the sockets of users that come later, each once', async () => {
    watch.configure(configOf({ podman: { enabled: true } }));
    await eventually(
      'the first socket is looked for',
      () => named('/run/podman/podman.sock') > 0 || undefined,
    );
    mkdirSync(join(root, 'run/user/1000'), { recursive: true });
    watch.lookForSockets();
    watch.lookForSockets();
    await eventually(
      'another is looked for',
      () => named('/run/user/1000/podman/podman.sock') > 0 || undefined,
    );
    assert.deepEqual([named('/run/user/1000/podman/podman.sock'), named('/run/podman/podman.sock')], [1, 1]);
  });

  it('opens others when the settings change, and keeps counting', async () => {
    watch.configure(configOf({ docker: { enabled: true, sockets: ['/one.sock'] } }));
    await eventually('the socket is looked for', () => named('/one.sock') > 0 || undefined);
    watch.sighted(sightOf('abc'));
    await eventually('an answer', () => told[0], 5000);
    assert.deepEqual(told, [{ kind: 'unknown', key: sightOf('abc').key, late: false }]);
    watch.configure(configOf({ docker: { enabled: true, sockets: ['/one.sock'] } }));
    watch.configure(configOf({ docker: { enabled: true, sockets: ['/two.sock'] } }));
    await eventually('the other is looked for', () => named('/two.sock') > 0 || undefined);
    assert.equal(named('/one.sock'), 1);
    assert.deepEqual([watch.counters()['containersAsked'], watch.counters()['containersUnknown']], [1, 1]);
  });

  it('answers for a capture, where there is nobody to ask', () => {
    watch.sighted(sightOf('abc'));
    assert.deepEqual(told, [{ kind: 'unknown', key: sightOf('abc').key, late: false }]);
  });
});
