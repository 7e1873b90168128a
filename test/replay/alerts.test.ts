import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Line } from '../support/process.js';
import { launchDaemon } from '../support/run-daemon.js';
import { describeShared, sharedPath } from '../support/shared.js';

const CAPTURES = ['a1', 'a2', 'a3'];
const RULES: Readonly<Record<string, string>> = {
  stable: 'rules/falco_rules-5.1.0.yaml',
  'v0.29.1': 'rules/falco_rules-0.29.1.yaml',
};

interface Replay {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

/** Runs the daemon on a capture, configured as the reference was (captures/live/README.md). */
async function replay(capture: string, set: string, json: boolean): Promise<Replay> {
  const running = launchDaemon({
    config: {
      engine: { kind: 'replay', replay: { capture_file: sharedPath(`captures/live/${capture}.scap`) } },
      rules_files: [sharedPath(RULES[set]!)],
      json_output: json,
      append_output: [{ suggested_output: true }],
    },
    env: { FALCO_HOSTNAME: 'vm', TZ: 'UTC' },
  });
  const { code } = await running.ended;
  return { stdout: textOf(running.stdout), stderr: textOf(running.stderr), code };
}

function textOf(lines: readonly Line[]): string {
  return lines.map(({ text }) => `${text}\n`).join('');
}

describeShared('the alerts of a capture', () => {
  for (const capture of CAPTURES) {
    for (const set of Object.keys(RULES)) {
      for (const [form, json] of [
        ['text', false],
        ['JSON', true],
      ] as const) {
        it(`are those of the reference: ${capture} with the rules ${set}, as ${form}`, async () => {
          const expected = `captures/live/expected/${capture}.${set}`;
          const alerts = readFileSync(sharedPath(`${expected}.alerts.${json ? 'jsonl' : 'txt'}`), 'utf8');
          const summary = readFileSync(sharedPath(`${expected}.summary.txt`), 'utf8');
          const { stdout, stderr, code } = await replay(capture, set, json);
          assert.equal(code, 0, stderr);
          assert.equal(stdout, alerts + summary);
        });
      }
    }
  }
});
