/** Health and metrics of the running daemon, at rest and under load, and what promtool says of them. */
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cProgram } from '../support/c-program.js';
import { describeLive } from '../support/live.js';
import { eventually, sleep, startProcess } from '../support/process.js';
import { launchDaemon, runDaemon, type Daemon } from '../support/run-daemon.js';
import { projectRoot } from '../support/project.js';

const PROMTOOL = [join(projectRoot, 'build/tools/promtool'), '/usr/bin/promtool'].find(path =>
  existsSync(path),
);

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise(done => server.close(done));
  return port;
}

function get(port: number, path: string): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((done, fail) => {
    request({ host: '127.0.0.1', port, path, agent: false }, response => {
      let body = '';
      response.setEncoding('utf8').on('data', text => (body += text));
      response.on('end', () => done({ status: response.statusCode ?? 0, body }));
    })
      .on('error', fail)
      .end();
  });
}

/** Sum over all values of one name. */
function metric(text: string, name: string): number {
  const values = [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))];
  assert.ok(values.length > 0, `${name} is not there`);
  return values.reduce((sum, [, value]) => sum + Number(value), 0);
}

const rule = (condition: string): string => `
- rule: Any open
  desc: test
  condition: evt.type in (open, openat) and ${condition}
  output: opened %fd.name by %proc.cmdline of %proc.pname as %user.name
  priority: NOTICE
  tags: [T1059.004, "with \\"quotes\\""]
`;

describeLive('The web server of the running daemon', () => {
  let daemon: Daemon | undefined;
  let port = 0;
  const loads: ChildProcess[] = [];
  afterEach(async () => {
    for (const load of loads.splice(0)) load.kill('SIGKILL');
    await daemon?.stop();
    daemon = undefined;
  });

  async function start(condition: string, more: Record<string, unknown> = {}): Promise<Daemon> {
    port = await freePort();
    daemon = await runDaemon({
      rules: rule(condition),
      config: {
        webserver: {
          enabled: true,
          listen_address: '127.0.0.1',
          listen_port: port,
          prometheus_metrics_enabled: true,
        },
        metrics: { enabled: true, interval: '1h' },
        ...more,
      },
    });
    return daemon;
  }

  it('answers before events are watched, too, and then not with health', async () => {
    port = await freePort();
    const running = launchDaemon({
      config: { webserver: { enabled: true, listen_address: '127.0.0.1', listen_port: port } },
    });
    await running.line(
      'stderr',
      /Starting health webserver with threadiness \d+, listening on 127\.0\.0\.1:\d+$/,
    );
    const early = await get(port, '/healthz');
    assert.equal(early.status, 503);
    assert.match(early.body, /"reason": "the event source is not open yet"/);
    await running.line('stderr', /watching/);
    assert.deepEqual(await get(port, '/healthz'), { status: 200, body: '{"status": "ok"}' });
    await running.stop();
  });

  it('stays well over minutes of silence as long as the driver sees the daemon itself', async () => {
    await start('fd.name = /nothing', { base_syscalls: { custom_set: ['openat', 'close'] } });
    await sleep(12_000);
    assert.deepEqual(await get(port, '/healthz'), { status: 200, body: '{"status": "ok"}' });
  });

  it('does not start the daemon when it cannot listen, and says why in one line', async () => {
    await start('fd.name = /nothing');
    const webserver = { enabled: true, listen_address: '127.0.0.1', listen_port: port };
    const second = launchDaemon({ config: { webserver } });
    assert.equal((await second.ended).code, 1);
    assert.match(
      second.stderr.at(-1)!.text,
      /^Error: an error occurred while starting webserver: cannot listen on 127\.0\.0\.1:\d+: the port is in use already \(webserver\.listen_port\)$/,
    );
  });

  it('moves to another port at a reload', async () => {
    const { folder, child } = await start('fd.name = /nothing');
    const before = port;
    const path = join(folder, 'falco.yaml');
    port = await freePort();
    execFileSync('sed', ['-i', `s/"listen_port": ${before}/"listen_port": ${port}/`, path]);
    child.kill('SIGHUP');
    await daemon!.line('stderr', /Rules are reloaded/);
    await eventually('the new port', () => daemon!.stderr.some(({ text }) => text.includes(`:${port}`)));
    assert.equal((await get(port, '/healthz')).status, 200);
    await assert.rejects(get(before, '/healthz'));
  });

  /** Times of requests in milliseconds, sorted, to each of some ports by turns. */
  async function answerTimes(
    ports: readonly number[],
    rounds: number,
  ): Promise<readonly (readonly number[])[]> {
    const times: number[][] = ports.map(() => []);
    for (let round = 0; round < rounds; round++) {
      for (const [i, at] of ports.entries()) {
        const begun = performance.now();
        const { status } = await get(at, '/healthz');
        times[i]!.push(performance.now() - begun);
        assert.equal(status, 200);
      }
      await sleep(10);
    }
    return times.map(all => all.sort((a, b) => a - b));
  }

  /** A server that has nothing else to do: what is slow there is slow because of the machine. */
  async function idleServer(): Promise<number> {
    const free = await freePort();
    const program = `require('node:http').createServer((_, to) => to.end()).listen(${free}, '127.0.0.1', () => console.log('up'))`;
    const server = startProcess(process.execPath, ['-e', program]);
    loads.push(server.child);
    await server.line('stdout', /up/);
    return free;
  }

  const loops = cProgram('test/bench/loops.c');
  const storms: readonly (readonly [what: string, condition: string, leastAlerts: number, mostMs: number])[] =
    [
      [
        'events come faster than the worker can take them',
        'proc.aname[7] = x and fd.name startswith /no',
        0,
        50,
      ],
      // The main thread has its hands full then, with the alerts themselves.
      ['alerts come faster than they can be handed on', 'fd.name startswith /', 10_000, 500],
    ];
  for (const [what, condition, leastAlerts, mostMs] of storms) {
    it(`answers 99 of 100 times within ${mostMs} ms while ${what}`, async () => {
      await start(condition, {
        stdout_output: { enabled: false },
        file_output: { enabled: true, keep_alive: true, filename: '/dev/null' },
      });
      for (let i = 0; i < 2; i++) loads.push(spawn(loops, ['open', '1000000000'], { stdio: 'ignore' }));
      const idle = await idleServer();
      await sleep(2000);
      const [times, others] = (await answerTimes([port, idle], 400)) as [
        readonly number[],
        readonly number[],
      ];
      const { body } = await get(port, '/metrics');
      const [half, most, longest] = [200, 395, 399].map(at => times[at]!) as [number, number, number];
      const machine = others[395]!;
      const alerts = metric(body, 'falcosecurity_falco_alerts_total');
      console.log(
        `      /healthz: half within ${half.toFixed(1)} ms, 99 % within ${most.toFixed(1)} ms (a server with nothing to do: ${machine.toFixed(1)} ms), ` +
          `all within ${longest.toFixed(1)} ms; ${metric(body, 'falcosecurity_falco_events_total')} events, ` +
          `${metric(body, 'falcosecurity_scap_n_drops_total')} lost, ${alerts} alerts`,
      );
      assert.ok(alerts >= leastAlerts, `${alerts} alerts`);
      // A machine that has no time for anybody cannot tell.
      assert.ok(most < Math.max(mostMs, machine * 2), `${most} ms, ${machine} ms`);
    });
  }

  it('has metrics that promtool reads, and names that it only objects to where Falco chose them', async () => {
    assert.ok(PROMTOOL !== undefined, 'promtool is missing: sh scripts/setup --tests');
    await start('fd.name startswith /etc/');
    readFileSync('/etc/hostname');
    execFileSync('cat', ['/etc/hostname']);
    await sleep(500);
    const { body } = await get(port, '/metrics');
    assert.ok(metric(body, 'falcosecurity_falco_rules_matches_total') > 0);
    assert.ok(metric(body, 'falcosecurity_scap_n_evts_total') > 0);
    assert.ok(metric(body, 'falcosecurity_scap_n_fds_total') > 0);
    const { stdout, stderr, status } = spawnSync(PROMTOOL, ['check', 'metrics'], {
      input: body,
      encoding: 'utf8',
    });
    assert.ok(status === 0 || status === 3, stderr);
    const objections = `${stdout}${stderr}`
      .trim()
      .split('\n')
      .filter(line => line !== '');
    // Gauges that Falco calls _total, and its times in nanoseconds.
    const known =
      /^falcosecurity_(falco_(host_num_cpus|host_procs_running|host_open_fds)_total|scap_n_(threads|fds)_total) non-counter metrics should not have "_total" suffix$|^falcosecurity_\S+_nanoseconds(_total)? use base unit "seconds" instead of "nanoseconds"$/;
    assert.deepEqual(
      objections.filter(line => !known.test(line)),
      [],
    );
  });

  it('sends snapshots out as alerts and into a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'falco-metrics-'));
    const file = join(folder, 'metrics.jsonl');
    await start('fd.name = /nothing', {
      json_output: true,
      metrics: { enabled: true, interval: '300ms', output_rule: true, output_file: file },
    });
    const { text } = await daemon!.line('stdout', /metrics snapshot/);
    const alert = JSON.parse(text) as Record<string, unknown> & { output_fields: Record<string, unknown> };
    assert.deepEqual(
      [alert['rule'], alert['priority'], alert['output'], alert['source']],
      ['Falco internal: metrics snapshot', 'Informational', 'Falco metrics snapshot', 'internal'],
    );
    for (const name of [
      'evt.hostname',
      'falco.version',
      'falco.memory_rss_mb',
      'scap.n_evts',
      'falco.n_threads',
    ])
      assert.ok(name in alert.output_fields, name);
    const lines = await eventually('two lines', () => {
      const found = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
      return found.length >= 2 && found;
    });
    const samples = lines.map(line => JSON.parse(line) as { sample: number; output_fields: object });
    assert.deepEqual(
      samples.slice(0, 2).map(({ sample }) => sample),
      [1, 2],
    );
    assert.ok('falco.evts_rate_sec' in samples[1]!.output_fields);
    rmSync(folder, { recursive: true });
  });

  it('says that nobody reads its snapshots, and ends all the same', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'falco-metrics-'));
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await start('fd.name = /nothing', {
      engine: { kind: 'nodriver' },
      metrics: { enabled: true, interval: '200ms', output_rule: false, output_file: pipe },
    });
    await daemon!.line('stderr', /metrics.output_file: a snapshot is lost: ENXIO/);
    const ending = await daemon!.stop();
    daemon = undefined;
    assert.deepEqual([ending.code, ending.signal], [0, null]);
    rmSync(folder, { recursive: true });
  });
});
