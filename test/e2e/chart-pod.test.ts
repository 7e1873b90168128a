/** Pods as the Helm chart describes them, made by containerd of the image: they watch their node, and take over changes. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startContainerd, type Containerd } from '../support/containerd.js';
import { openKubelet, type Kubelet } from '../support/cri.js';
import { renderChart, valuesFile, type Values } from '../support/helm/helm.js';
import { runChartPod, type ChartPod } from '../support/helm/pod.js';
import { describeLive, kernelAtLeast, patience } from '../support/live.js';
import { buildPackages, image } from '../support/packages.js';
import { eventually, sleep } from '../support/process.js';

const WEB = 'docker.io/library/httpd:2.4';
const NODE = 'node-7.example.org';
const READY = 20_000 * patience;

const rule = (name: string): Values => ({
  'mine.yaml': `- rule: ${name}
  desc: somebody reads the hostname
  condition: evt.type in (open, openat) and fd.name = /etc/hostname and proc.name = cat
  output: ${name} %proc.cmdline %container.id
  priority: NOTICE
`,
});

describeLive(
  'A pod of the Helm chart',
  () => {
    let folder: string;
    let containerd: Containerd;
    let kubelet: Kubelet;
    let pod: ChartPod | undefined;

    before(async function () {
      this.timeout(400_000 * patience);
      buildPackages(['image']);
      containerd = await startContainerd({ cri: true });
      containerd.importArchive(image, 'k8s.io');
      containerd.importImage(WEB);
      kubelet = openKubelet(containerd.socket);
    });
    beforeEach(function () {
      // Before, memory for maps is limited: driver.modernEbpf.oldKernels.
      if (!kernelAtLeast(5, 11)) this.skip();
      folder = mkdtempSync(join(tmpdir(), 'falco-chart-pod-'));
    });
    afterEach(async () => {
      await pod?.remove();
      pod = undefined;
      rmSync(folder, { recursive: true });
    });
    after(async function () {
      this.timeout(60_000);
      kubelet?.close();
      await containerd?.stop();
    });

    /** The runtime of this test is elsewhere than those of nodes; nobody made its root shared. */
    const here = (): Values => ({
      collectors: {
        containerEngine: {
          mountPropagation: 'None',
          engines: {
            ...{ docker: { enabled: false }, podman: { enabled: false } },
            cri: { sockets: [containerd.socket] },
            containerd: { sockets: [containerd.socket] },
          },
        },
      },
    });
    const said = (fits: RegExp, since = 0): Promise<string> =>
      eventually(
        `a line like ${String(fits)}`,
        () =>
          pod!
            .lines()
            .slice(since)
            .find(line => fits.test(line)),
        READY,
      );
    const healthy = async (): Promise<void> => {
      const ask = ['wget', '-q', '-O', '-', 'http://127.0.0.1:8765/healthz'];
      assert.equal(await kubelet.exec(pod!.id, ask), 0, 'the probe');
    };
    /** What it said that is no ordinary line of a start. */
    const complaints = (): readonly string[] =>
      pod!
        .lines()
        .filter(
          text => !text.startsWith('{') && /missing|HOST_ROOT|rror|lacks|not there|warn|ignored/i.test(text),
        );

    for (const [title, more] of [
      ['with least privileges', {}],
      [
        'with least privileges and no filter of system calls',
        { driver: { modernEbpf: { seccompProfile: { type: 'Unconfined' } } } },
      ],
      ['with all privileges', { driver: { modernEbpf: { leastPrivileged: false } } }],
    ] as const) {
      it(`watches host and containers ${title}, as its probes see`, async () => {
        pod = await runChartPod(
          kubelet,
          renderChart([here(), more, { falco: { json_output: true } }]),
          folder,
          NODE,
        );
        await said(/Falco is watching/);
        await healthy();
        execFileSync('cat', ['/etc/shadow']);
        const alert = JSON.parse(await said(/^\{.*Sensitive file.*"container.id":\s*"host"/)) as {
          hostname: string;
        };
        assert.equal(alert.hostname, NODE);
        const id = 'c4'.repeat(32);
        const web = containerd.run({ image: WEB, id, command: ['sh', '-c', 'cat /etc/shadow; sleep 60'] });
        try {
          await said(
            new RegExp(`Sensitive file.*"container.image.repository":\\s*"docker.io/library/httpd"`),
          );
        } finally {
          web.remove();
        }
        assert.deepEqual(complaints(), []);
      });
    }

    it('takes over new rules without being started anew', async () => {
      const rendered = (name: string, more: Values = {}) =>
        renderChart([here(), { customRules: rule(name) }, more]);
      pod = await runChartPod(kubelet, rendered('Before'), folder, NODE);
      await said(/Falco is watching/);
      execFileSync('cat', ['/etc/hostname']);
      await said(/Before cat \/etc\/hostname host/);
      pod.update(rendered('After'));
      await said(/Rules are reloaded/);
      const since = pod.lines().length;
      execFileSync('cat', ['/etc/hostname']);
      await said(/After cat \/etc\/hostname host/, since - 1);
      pod.update(rendered('After', { falco: { priority: 'error' } }));
      await eventually(
        'another reload',
        () => pod!.lines().filter(line => /Rules are reloaded/.test(line)).length === 2,
        READY,
      );
      const then = pod.lines().length;
      execFileSync('cat', ['/etc/hostname']);
      await sleep(1000);
      assert.deepEqual(
        pod
          .lines()
          .slice(then)
          .filter(line => line.includes('After')),
        [],
      );
      await healthy();
    });

    it('judges audit events without any privilege', async () => {
      pod = await runChartPod(kubelet, renderChart([valuesFile('values-k8saudit.yaml')]), folder, NODE);
      await said(/Falco is watching/);
      await healthy();
      const event = {
        ...{
          kind: 'Event',
          apiVersion: 'audit.k8s.io/v1',
          auditID: 'one',
          stage: 'ResponseStarted',
          verb: 'create',
        },
        ...{ user: { username: 'eve' }, responseStatus: { code: 101 } },
        objectRef: { resource: 'pods', namespace: 'shop', name: 'till', subresource: 'exec' },
        ...{ requestURI: '/api/v1/namespaces/shop/pods/till/exec?command=sh' },
        stageTimestamp: '2026-11-01T10:00:00.000000Z',
      };
      const header = 'Content-Type: application/json';
      const post = ['wget', '-q', '-O', '-', '--header', header, '--post-data', JSON.stringify(event)];
      assert.equal(await kubelet.exec(pod.id, [...post, 'http://127.0.0.1:9765/k8s-audit']), 0);
      await said(/eve.*till/);
      assert.equal(await kubelet.exec(pod.id, ['sh', '-c', 'test "$(id -u)" = 65534 && ! touch /x']), 0);
      assert.deepEqual(complaints(), []);
    });
  },
  ['containerd', 'ctr', 'runc', 'busybox', 'nsenter', 'setpriv', 'ip', 'apt-get', 'dpkg-deb', 'go'],
);
