import assert from 'node:assert/strict';
import { bytes, describeDriver, type Bench, type Call, type Sent } from './calls.js';

const EPERM = -1;
const NONE = 4294967295;

const plain = ({ name, params }: Sent): unknown => ({ is: name, ...params });

describeDriver('The driver on identities, capabilities and sessions', getBench => {
  let bench: Bench;
  before(() => (bench = getBench()));
  const run = (calls: readonly Call[]): Sent[] => [...bench.perform(calls).sent];

  it('gives the setuid family, and whose it was after each call', () => {
    const sent = run([
      ['setresgid', 11, 12, -1],
      ['setregid', -1, 11],
      ['setgid', 13],
      ['setreuid', -1, 1002],
      ['setresuid', 1001, -1, 1003],
      ['setuid', 0],
    ]);
    assert.deepEqual(sent.map(plain), [
      { is: 'setresgid', res: 0, rgid: 11, egid: 12, sgid: NONE },
      { is: 'setregid', res: 0, rgid: NONE, egid: 11 },
      { is: 'setgid', res: 0, gid: 13 },
      { is: 'setreuid', res: 0, ruid: NONE, euid: 1002 },
      { is: 'setresuid', res: EPERM, ruid: 1001, euid: NONE, suid: 1003 },
      { is: 'setuid', res: 0, uid: 0 },
    ]);
    assert.deepEqual(
      sent.map(({ context }) => [context.euid, context.egid]),
      [
        [0, 12],
        [0, 11],
        [0, 13],
        [1002, 13],
        [1002, 13],
        [0, 13],
      ],
    );
  });

  it('gives capset with the sets that the task has after it', () => {
    const header = Buffer.alloc(8);
    header.writeUInt32LE(0x20080522, 0);
    const data = Buffer.alloc(24);
    data.writeUInt32LE(0x21, 0);
    data.writeUInt32LE(0x23, 4);
    const sent = run([
      ['capset', bytes(header), bytes(data)],
      ['capset', bytes(header), 0],
    ]);
    assert.deepEqual(sent[0]!.params, {
      res: 0,
      cap_inheritable: 0,
      cap_permitted: 0x23,
      cap_effective: 0x21,
    });
    assert.deepEqual(sent[1]!.params, {
      res: -14,
      cap_inheritable: 0,
      cap_permitted: 0x23,
      cap_effective: 0x21,
    });
  });

  it('gives sessions, groups and names', () => {
    const { sent, pid } = bench.perform([
      ['setpgid', 0, 0],
      ['setsid'],
      ['prctl', 15, 'renamed'],
      ['prctl', 38, 1, 0, 0, 0],
    ]);
    assert.deepEqual(sent.map(plain), [
      { is: 'setpgid', res: 0, pid: 0, pgid: 0 },
      { is: 'setsid', res: EPERM },
      { is: 'prctl', res: 0, option: 15, arg2_str: 'renamed', arg2_int: 0 },
      { is: 'prctl', res: 0, option: 38, arg2_str: null, arg2_int: 1 },
    ]);
    assert.deepEqual(
      sent.map(({ context }) => context.comm),
      ['calls', 'calls', 'renamed', 'renamed'],
    );
    assert.ok(sent.every(({ tid }) => tid === pid));
  });
});
