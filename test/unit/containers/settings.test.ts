import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfigText } from '../../../daemon/config/load.js';
import {
  CONTAINER_SCHEMA,
  readSettings,
  type ContainerSettings,
} from '../../../daemon/containers/settings.js';
import { containerSettings } from '../../../daemon/engine/container-settings.js';

function settings(init: unknown, hostRoot = ''): ContainerSettings {
  const read = readSettings(JSON.stringify(init), hostRoot);
  assert.ok(read.ok, read.ok ? '' : read.message);
  return read.settings;
}

const sockets = ({ sockets: all }: ContainerSettings): string[] =>
  all.map(({ kind, path }) => `${kind} ${path}`);

/** The same of a falco.yaml. */
function configured(yaml: string, ...overrides: string[]): ContainerSettings {
  const loaded = loadConfigText(yaml, overrides);
  assert.ok(loaded.ok, loaded.ok ? '' : loaded.message);
  const read = containerSettings(loaded.config);
  assert.ok(read.ok, read.ok ? '' : read.message);
  return read.settings;
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** The paths of all keys of a schema that hold no others. */
function keysOf({ properties = {} }: Schema): readonly (readonly string[])[] {
  return Object.entries(properties).flatMap(([key, schema]) =>
    schema.properties === undefined ? [[key]] : keysOf(schema).map(path => [key, ...path]),
  );
}

describe('init_config of the container plugin', () => {
  it('has the defaults of the plugin, all engines but static enabled', () => {
    const { labelMaxLength, withSize, hooks, ignored, fixed } = settings({});
    assert.deepEqual([labelMaxLength, withSize, hooks, ignored, fixed], [100, false, ['create'], [], null]);
    for (const socket of [
      'docker /var/run/docker.sock',
      'podman /run/podman/podman.sock',
      'cri /run/containerd/containerd.sock',
      'cri /run/crio/crio.sock',
      'cri /run/k3s/containerd/containerd.sock',
      'cri /run/host-containerd/containerd.sock',
      'containerd /run/host-containerd/containerd.sock',
    ])
      assert.ok(sockets(settings({})).includes(socket), socket);
  });

  it('says which engines there are, and where their sockets', () => {
    const init = {
      label_max_len: 20,
      with_size: true,
      hooks: ['create', 'start'],
      engines: {
        docker: { enabled: false },
        podman: { enabled: false, sockets: ['/a'] },
        containerd: { enabled: true, sockets: ['/c'] },
        cri: { enabled: true, sockets: ['/d', '/e', '/d'] },
        lxc: { enabled: false },
        libvirt_lxc: { enabled: false },
        bpm: { enabled: true },
        static: { enabled: true, container_id: 'i', container_name: 'n', container_image: 'host:5000/a/b:v' },
      },
    };
    const read = settings(init);
    assert.deepEqual(sockets(read), ['cri /d', 'cri /e', 'containerd /c']);
    assert.deepEqual([read.labelMaxLength, read.withSize, read.hooks], [20, true, ['create', 'start']]);
    assert.deepEqual(read.ignored, ['lxc', 'libvirt-lxc']);
    assert.deepEqual(read.fixed, { id: 'i', name: 'n', image: 'host:5000/a/b:v' });
  });

  it('looks below HOST_ROOT, and for each user', () => {
    const root = mkdtempSync(join(tmpdir(), 'falco-settings-'));
    try {
      for (const user of ['1000', '1001']) mkdirSync(join(root, 'run/user', user), { recursive: true });
      const podman = settings({}, root).sockets.filter(({ kind }) => kind === 'podman');
      assert.deepEqual(
        podman.map(({ path }) => path),
        [
          '/run/podman/podman.sock',
          '/run/user/1000/podman/podman.sock',
          '/run/user/1001/podman/podman.sock',
        ].map(path => root + path),
      );
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it('is refused with the place of what is wrong', () => {
    const message = (text: string): string => {
      const read = readSettings(text, '');
      assert.ok(!read.ok, 'was accepted');
      return read.message;
    };
    assert.equal(message('{'), 'error in plugin container: init config is not a valid json');
    assert.equal(
      message('{"engines": {"docker": {"enabled": "no"}}}'),
      'error in plugin container init config: In <root>[engines][docker][enabled], the value is not true or false',
    );
    assert.equal(
      message('{"hooks": ["stop"]}'),
      'error in plugin container init config: In <root>[hooks], the value is not a list of create, start, remove',
    );
    assert.equal(
      message('[]'),
      'error in plugin container init config: In <root>, the value is not a mapping',
    );
  });

  it('has a schema of keys that are read: a value of another type is refused at each', () => {
    const keys = keysOf(CONTAINER_SCHEMA as Schema);
    assert.equal(keys.length, 18);
    for (const path of keys) {
      // What `static` says counts where it is on.
      const more = path.includes('static') && !path.includes('enabled') ? { enabled: true } : {};
      const [key = '', ...around] = [...path].reverse();
      const init = around.reduce<object>((inner, name) => ({ [name]: inner }), { ...more, [key]: -0.5 });
      const read = readSettings(JSON.stringify(init), '');
      assert.ok(!read.ok, `${path.join('.')} was accepted`);
      assert.ok(read.message.includes(`[${key}], the value is not`), read.message);
    }
  });

  it('is read from falco.yaml', () => {
    const read = configured(`
plugins:
  - name: container
    library_path: libcontainer.so
    init_config:
      label_max_len: 7
      engines: {docker: {enabled: true, sockets: [/x.sock]}}
`);
    assert.equal(read.labelMaxLength, 7);
    assert.deepEqual(
      sockets(read).filter(socket => socket.startsWith('docker')),
      ['docker /x.sock'],
    );
  });

  it('is what container_engines and --cri of earlier releases stand for', () => {
    const cri = (read: ContainerSettings): string[] =>
      sockets(read).filter(socket => /^(cri|docker)/.test(socket));
    const old =
      'container_engines: {docker: {enabled: false}, lxc: {enabled: false}, cri: {enabled: true, KEY: [/a, /b]}}';
    for (const key of ['sockets', 'cri']) {
      const read = configured(old.replace('KEY', key));
      assert.deepEqual(cri(read), ['cri /a', 'cri /b']);
      assert.deepEqual(read.ignored, ['lxc']);
    }
    const overrides = ['/c', '/d'].map(path => `container_engines.cri.sockets[]=${path}`);
    assert.deepEqual(cri(configured('', ...overrides)).slice(1), ['cri /c', 'cri /d']);
    const both = `
container_engines: {docker: {enabled: false}, cri: {enabled: false}}
plugins: [{name: container, library_path: libcontainer.so, init_config: {engines: {cri: {sockets: [/e]}}}}]
`;
    assert.deepEqual(cri(configured(both)), ['cri /e'], 'what the plugin is told itself counts');
  });
});
