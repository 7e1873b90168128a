import assert from 'node:assert/strict';
import { missingPrivileges } from '../../../daemon/engine/privileges.js';

const named = (capabilities: bigint): readonly string[] =>
  missingPrivileges(`Name:\tnode\nCapEff:\t${capabilities.toString(16).padStart(16, '0')}\n`).map(
    text => text.split(' ')[0]!,
  );
const DAC_OVERRIDE = 1n << 1n;
const DAC_READ_SEARCH = 1n << 2n;
const SYS_PTRACE = 1n << 19n;
const BPF = 1n << 39n;

describe('Missing privileges', () => {
  it('are named one by one', () => {
    assert.deepEqual(named(BPF), ['CAP_SYS_PTRACE', 'CAP_DAC_READ_SEARCH']);
    assert.deepEqual(named(BPF | SYS_PTRACE), ['CAP_DAC_READ_SEARCH']);
    assert.deepEqual(named(DAC_READ_SEARCH), ['CAP_SYS_PTRACE']);
    assert.deepEqual(named(SYS_PTRACE | DAC_READ_SEARCH), []);
  });

  it('are none where a greater one is there', () => {
    assert.deepEqual(named(SYS_PTRACE | DAC_OVERRIDE), []);
  });

  it('are none where the kernel does not say', () => {
    assert.deepEqual(missingPrivileges('Name:\tnode\n'), []);
  });
});
