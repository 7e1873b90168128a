/** The container image under containerd: with all privileges, with the few that it needs, as a pod, and with less. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startContainerd, type Containerd } from '../support/containerd.js';
import { openKubelet, type ContainerConfig, type Kubelet, type Pod } from '../support/cri.js';
import { describeLive, kernelAtLeast, patience } from '../support/live.js';
import { buildPackages, image, imageName } from '../support/packages.js';
import { eventually, type Line, type RunningProcess } from '../support/process.js';

const WEB = 'docker.io/library/httpd:2.4';
const POD_UID = '5f4a2b9e-0d53-4c1c-9c56-8a4f8e1f0b77';
const MB = 1024 * 1024;
const READY = 20_000 * patience;

/** The capabilities that detection needs (before Linux 5.11, one more). */
const NEEDED = ['BPF', 'PERFMON', 'SYS_PTRACE', 'DAC_READ_SEARCH'];
/** Those that `ctr` gives by itself. */
const GIVEN = [
  ...[
    'AUDIT_WRITE',
    'CHOWN',
    'DAC_OVERRIDE',
    'FOWNER',
    'FSETID',
    'KILL',
    'MKNOD',
    'NET_BIND_SERVICE',
    'NET_RAW',
  ],
  ...['SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'],
];

/** Exactly these capabilities, nothing to write to, no new privileges, the runtime's filter of system calls. */
const restricted = (capabilities: readonly string[]): string[] => [
  '--read-only',
  '--seccomp',
  ...GIVEN.flatMap(name => ['--cap-drop', `CAP_${name}`]),
  ...capabilities.flatMap(name => ['--cap-add', `CAP_${name}`]),
];
const readOnly = (from: string, to: string): string[] => [
  '--mount',
  `type=bind,src=${from},dst=${to},options=rbind:ro`,
];

const AUDIT_CONFIG = `
rules_files: [/etc/falco/k8s_audit_rules.yaml]
load_plugins: [k8saudit, json]
plugins:
  - {name: k8saudit, library_path: libk8saudit.so, open_params: "http://:9765/k8s-audit"}
  - {name: json, library_path: libjson.so}
`;
const AUDIT_EVENT = {
  ...{
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Request',
    auditID: 'one',
    stage: 'ResponseStarted',
  },
  ...{ requestURI: '/api/v1/namespaces/shop/pods/till/exec?command=sh', verb: 'create' },
  user: { username: 'eve', groups: ['system:authenticated'] },
  objectRef: { resource: 'pods', namespace: 'shop', name: 'till', apiVersion: 'v1', subresource: 'exec' },
  responseStatus: { code: 101 },
  requestReceivedTimestamp: '2026-11-01T10:00:00.000000Z',
  stageTimestamp: '2026-11-01T10:00:00.000000Z',
};

describeLive(
  'The container image',
  () => {
    let folder: string;
    let containerd: Containerd;
    let kubelet: Kubelet;
    let hostMounts: string[];
    let falco: RunningProcess | undefined;

    before(async function () {
      this.timeout(400_000 * patience);
      buildPackages(['image']);
      folder = mkdtempSync(join(tmpdir(), 'falco-image-'));
      containerd = await startContainerd({ cri: true });
      containerd.importImage(WEB);
      for (const namespace of ['default', 'k8s.io']) containerd.importArchive(image, namespace);
      kubelet = openKubelet(containerd.socket);
      // Busy machines answer late; alerts are to have the name of their image all the same.
      const patient = join(folder, 'patient.yaml');
      writeFileSync(patient, 'container_metadata: {hold_ms: 2000}\n');
      hostMounts = [
        ...readOnly(patient, '/etc/falco/config.d/patient.yaml'),
        ...readOnly('/proc', '/host/proc'),
        ...readOnly('/etc', '/host/etc'),
        ...readOnly(dirname(containerd.socket), '/host/run/containerd'),
      ];
    });
    beforeEach(function () {
      // Before, memory for maps is limited, and CAP_SYS_RESOURCE is needed, too.
      if (!kernelAtLeast(5, 11)) this.skip();
    });
    afterEach(async () => {
      await falco?.stop('SIGTERM', 20_000);
      falco = undefined;
    });
    after(async function () {
      this.timeout(60_000);
      kubelet?.close();
      await containerd?.stop();
      if (folder !== undefined) rmSync(folder, { recursive: true });
    });

    /** Runs it in the foreground. */
    const run = (options: readonly string[], command: readonly string[] = []): RunningProcess =>
      (falco = containerd.attach({ image: imageName, command, options }));

    /** What it said that is no ordinary line of a start. */
    const complaints = (lines: readonly Line[]): string[] =>
      lines.map(line => line.text).filter(text => /missing|HOST_ROOT|Error|lacks|not there/.test(text));

    /** Does the forbidden on the host and in another container, and looks for both in what it prints. */
    async function detects(running: RunningProcess): Promise<void> {
      await running.line('stderr', /Falco is watching/, READY);
      execFileSync('cat', ['/etc/shadow']);
      const onHost =
        /Sensitive file opened .*file=\/etc\/shadow user=root .*command=cat \/etc\/shadow .*parent=node .*container_id=host /;
      await running.line('stdout', onHost, 10_000 * patience);
      const id = 'e0'.repeat(32);
      const web = containerd.run({ image: WEB, id, command: ['sh', '-c', 'cat /etc/shadow; sleep 60'] });
      try {
        const inContainer = new RegExp(
          `command=cat /etc/shadow .*container_id=${id.slice(0, 12)} image=docker.io/library/httpd\\)`,
        );
        await running.line('stdout', inContainer, 10_000 * patience);
      } finally {
        web.remove();
      }
    }

    it('is small, belongs to root, and says under which licence everything in it is', () => {
      assert.ok(statSync(image).size < 60 * MB, `${String(statSync(image).size)} bytes`);
      const root = join(folder, 'layout');
      execFileSync('sh', ['-c', 'mkdir "$0" && tar xf "$1" -C "$0"', root, image]);
      const [{ Config, Layers }] = JSON.parse(readFileSync(join(root, 'manifest.json'), 'utf8')) as [
        { Config: string; Layers: [string] },
      ];
      const { config } = JSON.parse(readFileSync(join(root, Config), 'utf8')) as {
        config: { Env: string[]; Cmd: string[] };
      };
      assert.deepEqual(config.Cmd, ['/usr/bin/falco']);
      assert.ok(config.Env.includes('HOST_ROOT=/host') && config.Env.includes('HOME=/root'));
      const listed = execFileSync('tar', ['tzvf', join(root, Layers[0])], {
        encoding: 'utf8',
        maxBuffer: 64 * MB,
      });
      const lines = listed.trim().split('\n');
      assert.deepEqual(
        lines.filter(line => !/^[^ ]+ 0\/0 /.test(line)),
        [],
      );
      assert.deepEqual(
        lines.filter(line => /^-.{2}s|^-.{5}s/.test(line)),
        [],
        'nothing runs as somebody else',
      );
      const paths = lines.map(line =>
        line
          .replace(/ -> .*/, '')
          .split(' ')
          .at(-1),
      );
      for (const name of ['libc6', 'libstdc++6', 'libgcc-s1', 'busybox-static', 'ca-certificates', 'falco'])
        assert.ok(paths.includes(`./usr/share/doc/${name}/copyright`), name);
      assert.ok(paths.includes('./etc/falco/config.d/falco.iso8601_timeformat.yaml'));
      assert.ok(!paths.some(path => path?.includes('attack')));
    });

    it('watches host and containers as a privileged container, and ends at once when told to', async () => {
      const running = run(['--privileged', ...hostMounts]);
      await detects(running);
      const asked = Date.now();
      assert.deepEqual(await running.stop('SIGTERM'), { code: 0, signal: null });
      assert.ok(Date.now() - asked < 5000 * patience, `${String(Date.now() - asked)} ms`);
      assert.match(running.stdout[0]!.text, /^\d{4}-\d\d-\d\dT/);
    });

    it('does so with four capabilities and nothing else, and misses nothing', async () => {
      const running = run([...restricted(NEEDED), ...hostMounts]);
      await detects(running);
      assert.deepEqual(await running.stop('SIGTERM'), { code: 0, signal: null });
      assert.deepEqual(complaints(running.stderr), []);
    });

    it('ends when told to in the middle of its start, too, though it is the first process in there', async () => {
      const running = run([...restricted(NEEDED), ...hostMounts]);
      await running.line('stderr', /Falco version/, READY);
      const asked = Date.now();
      const { code } = await running.stop('SIGTERM', 30_000);
      assert.ok(code === 0 || code === 143, `${String(code)}`);
      assert.ok(Date.now() - asked < 8000 * patience, `${String(Date.now() - asked)} ms`);
    });

    it('names what it lacks', async () => {
      const without = (name: string): string[] => restricted(NEEDED.filter(other => other !== name));
      const blind = run([...without('BPF'), ...hostMounts]);
      assert.deepEqual(await blind.ended, { code: 1, signal: null });
      assert.match(complaints(blind.stderr).join('\n'), /^Error: cannot open the driver: .* lacks CAP_BPF\./);
      const running = run(without('SYS_PTRACE'));
      await running.line('stderr', /Falco is watching/, READY);
      assert.deepEqual(
        complaints(running.stderr).map(text => /CAP_\w+ is missing|\/host\/\S+ is not there/.exec(text)?.[0]),
        ['CAP_SYS_PTRACE is missing', '/host/proc is not there', '/host/etc/passwd is not there'],
      );
    });

    it('points at what is wrong with a configuration, and does not start', async () => {
      const path = join(folder, 'broken.yaml');
      writeFileSync(path, 'engine: {kind: psychic}\n');
      const running = run([...restricted([]), ...readOnly(path, '/etc/falco/falco.yaml')]);
      assert.deepEqual(await running.ended, { code: 1, signal: null });
      assert.match(
        running.stderr[0]!.text,
        /^Error: \/etc\/falco\/falco\.yaml:1:16: engine\.kind 'psychic' is not/,
      );
    });

    it('gives alerts to programs, which it has a shell for', async () => {
      const path = join(folder, 'program.yaml');
      const program = "sed 's/^/PROGRAM HAD /' >&2";
      writeFileSync(path, JSON.stringify({ program_output: { enabled: true, keep_alive: true, program } }));
      const running = run([...restricted(NEEDED), ...readOnly(path, '/etc/falco/config.d/program.yaml')]);
      await running.line('stderr', /Falco is watching/, READY);
      execFileSync('cat', ['/etc/shadow']);
      await running.stop('SIGTERM');
      assert.ok(running.stderr.some(({ text }) => /^PROGRAM HAD .*Sensitive file opened/.test(text)));
    });

    describe('in a pod', () => {
      let pod: Pod;
      let id: string;
      before(async () => {
        pod = await kubelet.runPod({
          metadata: { name: 'falco-x', uid: POD_UID, namespace: 'security', attempt: 0 },
          hostname: 'falco-x',
          logDirectory: folder,
          labels: new Map([
            ['io.kubernetes.pod.name', 'falco-x'],
            ['io.kubernetes.pod.namespace', 'security'],
            ['io.kubernetes.pod.uid', POD_UID],
          ]),
          linux: { cgroupParent: `/kubepods/besteffort/pod${POD_UID}` },
        });
      });
      after(() => kubelet.removePod(pod));
      afterEach(() => kubelet.removeContainer(id));

      async function start(name: string, more: ContainerConfig): Promise<void> {
        const config = { metadata: { name }, image: { image: imageName }, logPath: `${name}.log` };
        id = await kubelet.runContainer(pod, { ...config, ...more });
      }
      const said = (name: string, fits: RegExp): Promise<string> =>
        eventually(
          `a line like ${String(fits)} from ${name}`,
          () =>
            readFileSync(join(folder, `${name}.log`), 'utf8')
              .split('\n')
              .find(line => fits.test(line)),
          READY,
        );
      const mounted = (hostPath: string, containerPath: string) => ({
        hostPath,
        containerPath,
        readonly: true,
      });
      /** As a pod's security context says: all capabilities dropped, some added, and the profile RuntimeDefault. */
      const security = (add: readonly string[], user?: bigint) => ({
        capabilities: { add: [...add], drop: ['ALL'] },
        ...(user !== undefined && { runAsUser: { value: user }, runAsGroup: { value: user } }),
        readonlyRootfs: true,
        noNewPrivs: true,
        seccomp: { profileType: 0 },
      });

      it('watches its node with four capabilities, and ends in order', async () => {
        await start('least', {
          mounts: [
            mounted('/proc', '/host/proc'),
            mounted('/etc', '/host/etc'),
            mounted(dirname(containerd.socket), '/host/run/containerd'),
          ],
          linux: { securityContext: security(NEEDED) },
        });
        await said('least', /Falco is watching/);
        execFileSync('cat', ['/etc/shadow']);
        await said('least', /Sensitive file opened .*parent=node .*container_id=host /);
        assert.equal(await kubelet.stopContainer(id, 20), 0);
      });

      it('judges audit events of Kubernetes as a user without any capability', async () => {
        const path = join(folder, 'audit.yaml');
        writeFileSync(path, AUDIT_CONFIG);
        await start('audit', {
          command: ['/usr/bin/falco', '--disable-source', 'syscall'],
          mounts: [mounted(path, '/etc/falco/config.d/audit.yaml')],
          linux: { securityContext: security([], 65_532n) },
        });
        await said('audit', /Falco is watching/);
        const post = `wget -q -O - --header 'Content-Type: application/json' --post-data '${JSON.stringify(AUDIT_EVENT)}' http://127.0.0.1:9765/k8s-audit`;
        assert.equal(await kubelet.exec(id, ['sh', '-c', post]), 0);
        await said('audit', /eve.*till/);
        assert.equal(await kubelet.exec(id, ['sh', '-c', 'test "$(id -u)" = 65532 && ! touch /x']), 0);
        assert.equal(await kubelet.stopContainer(id, 20), 0);
        assert.deepEqual(complaints([{ text: readFileSync(join(folder, 'audit.log'), 'utf8'), at: 0 }]), []);
      });
    });
  },
  ['containerd', 'ctr', 'runc', 'busybox', 'nsenter', 'setpriv', 'ip', 'apt-get', 'dpkg-deb'],
);
