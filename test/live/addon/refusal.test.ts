import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DRIVER_FLAVORS, type DriverError, type DriverOptions } from '../../../daemon/addon/driver.js';
import { openDriver } from '../../../daemon/addon/open.js';
import { collectGarbage } from '../../support/garbage.js';
import { describeLive } from '../../support/live.js';
import { startProcess } from '../../support/process.js';
import { projectRoot } from '../../support/project.js';
import { driverOptions } from './workload.js';

const openModule = JSON.stringify(new URL('../../../daemon/addon/open.js', import.meta.url).href);

function refusal(options: Partial<DriverOptions>): DriverError {
  const opened = openDriver({ ...driverOptions, ...options });
  if (opened.ok) {
    opened.driver.close();
    assert.fail('the driver opened');
  }
  assert.match(opened.error.message, /^cannot open the driver: [^\n]+$/);
  return opened.error;
}

/** Compiles test/live/addon/refused.bpf.c under the names of the driver's objects. */
function refusedDriver(): string {
  const folder = join(projectRoot, 'build/test/refused');
  mkdirSync(folder, { recursive: true });
  for (const flavor of DRIVER_FLAVORS) {
    const source = join(projectRoot, 'test/live/addon/refused.bpf.c');
    const multiarch = `/usr/include/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;
    execFileSync('clang', [
      '-target',
      'bpf',
      '-O2',
      '-g',
      '-I',
      multiarch,
      '-c',
      source,
      '-o',
      join(folder, `falco.${flavor}.bpf.o`),
    ]);
  }
  return folder;
}

describeLive(
  'A driver that cannot run',
  () => {
    it('for want of type information says so', () => {
      const error = refusal({ btfPath: '/sys/kernel/btf/none' });
      assert.equal(error.code, 'no-btf');
      assert.match(error.message, /\/sys\/kernel\/btf\/none is missing.*CONFIG_DEBUG_INFO_BTF=y/);
    });

    it('because its object is missing, empty, or no object at all, says so', () => {
      const folder = mkdtempSync(join(tmpdir(), 'falco-object-'));
      const path = join(folder, 'falco.raw_tp.bpf.o');
      for (const content of [null, '', 'not an object', '\x7fELF']) {
        if (content !== null) writeFileSync(path, content);
        const error = refusal({ objectDir: folder, flavor: 'raw_tp' });
        assert.equal(error.code, 'no-object');
        assert.ok(error.message.includes(`${path} is missing or damaged`), error.message);
      }
      rmSync(folder, { recursive: true });
    });

    it('because its object is damaged says why in the details, and nowhere else', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'falco-object-'));
      writeFileSync(join(folder, 'falco.raw_tp.bpf.o'), 'not an object');
      const options = { ...driverOptions, objectDir: folder, flavor: 'raw_tp' };
      // In a process of its own: what the library says before anybody listens goes to stderr.
      const code = `import(${openModule}).then(m => console.log(JSON.stringify(m.openDriver(${JSON.stringify(options)}))))`;
      const child = startProcess(process.execPath, ['-e', code]);
      await child.ended;
      rmSync(folder, { recursive: true });
      assert.deepEqual(child.stderr, []);
      const { error } = JSON.parse(child.stdout[0]!.text) as { error: DriverError };
      assert.equal(error.code, 'no-object');
      assert.match(error.details, /^not a BPF object: .+\nlibbpf: elf: .* is not a proper ELF object$/);
    });

    it('because the verifier refuses a program names it, with the end of the log', () => {
      const error = refusal({ objectDir: refusedDriver() });
      assert.equal(error.code, 'refused');
      assert.match(error.message, /verifier refused the driver program reads_unchecked_pointer\./);
      assert.match(error.details, /map_value_or_null|invalid mem access/);
      assert.ok(error.details.split('\n').length <= 25);
    });

    it('because its rings are larger than the memory says how large they are', async () => {
      // The address space ends a little above what the process has; 128 MiB do not fit.
      const options = { ...driverOptions, cpusForEachBuffer: 0, bufferBytes: 2 ** 27 };
      const child = startProcess(process.execPath, [
        '-e',
        `const { execFileSync } = require('node:child_process');
         import(${openModule}).then(({ openDriver }) => {
           openDriver(${JSON.stringify({ ...driverOptions, kernelRelease: '5.0.0' })});
           const pages = Number(require('node:fs').readFileSync('/proc/self/statm', 'latin1').split(' ')[0]);
           execFileSync('prlimit', ['--pid', String(process.pid), '--as=' + (pages * 4096 + 100e6).toFixed(0)]);
           console.log(JSON.stringify(openDriver(${JSON.stringify(options)})));
         })`,
      ]);
      await child.ended;
      const result = JSON.parse(child.stdout[0]!.text) as { ok: boolean; error: DriverError };
      assert.equal(result.error.code, 'no-memory');
      assert.match(
        result.error.message,
        /not enough memory for 1 ring buffer of 128 MiB: lower engine\.modern_ebpf\.buf_size_preset/,
      );
    });

    it('because the process may not names the capabilities that are missing, and keeps silent otherwise', async () => {
      const cases: readonly (readonly [capabilities: string, message: RegExp, kernel?: string])[] = [
        ['+dac_read_search', /uid 65534\) lacks CAP_BPF and CAP_PERFMON\. Run falco as root/],
        ['+dac_read_search,+bpf', /uid 65534\) lacks CAP_PERFMON\./],
        ['+dac_read_search,+perfmon', /uid 65534\) lacks CAP_BPF\./],
        ['+dac_read_search,+bpf,+perfmon', /uid 65534\) lacks CAP_SYS_RESOURCE\./, '5.10.0'],
        ['+dac_read_search', /lacks CAP_BPF, CAP_PERFMON and CAP_SYS_RESOURCE\./, '5.10.0'],
      ];
      for (const [capabilities, message, old] of cases) {
        const options = { ...driverOptions, ...(old === undefined ? {} : { kernelRelease: old }) };
        const code = `import(${openModule}).then(m => console.log(JSON.stringify(m.openDriver(${JSON.stringify(options)}))))`;
        const child = startProcess('setpriv', [
          '--reuid=65534',
          '--regid=65534',
          '--clear-groups',
          `--inh-caps=${capabilities}`,
          `--ambient-caps=${capabilities}`,
          ...['prlimit', '--memlock=65536:65536', process.execPath],
          '-e',
          code,
        ]);
        await child.ended;
        assert.deepEqual(child.stderr, []);
        const result = JSON.parse(child.stdout[0]!.text) as { ok: boolean; error: DriverError };
        assert.equal(result.error.code, 'no-permission');
        assert.match(result.error.message, message);
      }
    });

    it('not, where the kernel may preempt programs and there is no tracefs; but says so', async () => {
      const options = { ...driverOptions, kernelRelease: '7.0.0' };
      const hide =
        'for f in tracing debug; do [ ! -d /sys/kernel/$f ] || mount -t tmpfs none /sys/kernel/$f; done';
      const code = `import(${openModule}).then(m => console.log(m.openDriver(${JSON.stringify(options)}).driver.maySkip))`;
      const child = startProcess('unshare', [
        ...['--mount', 'sh', '-c', `${hide}; exec "$@"`, 'sh'],
        ...[process.execPath, '-e', code],
      ]);
      await child.ended;
      assert.deepEqual(
        child.stdout.map(({ text }) => text),
        ['true'],
      );
    });

    it('leaves nothing open behind each refusal', () => {
      collectGarbage();
      const before = process.memoryUsage.rss();
      const folder = refusedDriver();
      for (let i = 0; i < 20; i++) refusal({ objectDir: folder });
      collectGarbage();
      assert.ok(process.memoryUsage.rss() - before < 64e6);
      const links = execFileSync('sh', ['-c', `ls -l /proc/${String(process.pid)}/fd`]).toString();
      assert.doesNotMatch(links, /bpf/);
    });
  },
  ['clang', 'setpriv', 'prlimit'],
);
