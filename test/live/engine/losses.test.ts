/** What operators are told of losses: a daemon that is held still while its smallest ring overflows. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { compilerFor, cProgram } from '../../support/c-program.js';
import { describeLive } from '../../support/live.js';
import { runDaemon, stopDaemon, type Daemon } from '../../support/run-daemon.js';

describeLive(
  'A daemon that lost events',
  function (this: Mocha.Suite) {
    this.timeout(60_000);
    let daemon: Daemon | undefined;
    afterEach(async () => {
      await stopDaemon(daemon);
      daemon = undefined;
    });

    async function overrun(actions: readonly string[]): Promise<Daemon> {
      const running = (daemon = await runDaemon({
        args: ['-v'],
        config: {
          engine: { kind: 'modern_ebpf', modern_ebpf: { buf_size_preset: 1 } },
          syscall_event_drops: { threshold: 0.1, actions, rate: 1, max_burst: 10 },
        },
      }));
      running.child.kill('SIGSTOP');
      execFileSync(cProgram('test/bench/loops.c'), ['open', '40000']);
      running.child.kill('SIGCONT');
      return running;
    }

    it('logs and alerts the first time, even when it is told to ignore losses, and says the reasons at the end', async () => {
      const running = await overrun(['ignore']);
      const text = /Falco internal: syscall event drop\. (\d+) system calls dropped in last second\./;
      const logged = await running.line('stderr', text);
      const alerted = await running.line('stdout', text);
      assert.match(
        alerted.text,
        /Debug Falco internal: syscall event drop.*n_drops_buffer_close_exit="\d{4,}"/,
      );
      assert.ok(Number(text.exec(logged.text)![1]) > 10_000);

      await running.stop();
      const said = running.stderr.map(line => line.text).join('\n');
      const [, total] = /^Driver Drops:(\d+)$/m.exec(said)!;
      const reasons = [...said.matchAll(/^ {3}(ring_full_\w+): (\d+)$/gm)];
      assert.ok(reasons.some(([, reason]) => reason === 'ring_full_open'));
      assert.equal(
        reasons.reduce((sum, [, , count]) => sum + Number(count), 0),
        Number(total),
      );
    });

    it('ends when it is told to', async () => {
      const running = await overrun(['exit']);
      const { code } = await running.ended;
      assert.notEqual(code, 0);
      assert.ok(running.stderr.some(({ text }) => text.includes('syscall event drop')));
    });
  },
  compilerFor('test/bench/loops.c'),
);
