/** That a driver which sees nothing any more is noticed on a host where nothing happens. */
import assert from 'node:assert/strict';
import { PROOF_CALL, provoke, SourceProof } from '../../../daemon/engine/source-proof.js';
import { openSyscallSource } from '../../../daemon/sources/syscall/source.js';
import { describeLive } from '../../support/live.js';

describeLive('The proof that the source works', () => {
  it('comes from the driver while it is attached, and from a detached one no more', () => {
    const opened = openSyscallSource({
      ...{ cpusForEachBuffer: 0, bufferBytes: 1 << 20, dropFailedExit: false, snaplen: 80 },
      ignorePid: process.pid,
    });
    assert.ok(opened.ok);
    const { source } = opened;
    try {
      source.setInterest([PROOF_CALL]);
      assert.equal(source.attach(), null);
      const proof = new SourceProof();
      let records = 0;
      const look = (): boolean => {
        provoke();
        source.step(0, () => void records++);
        return proof.check(source.stats(), true, records);
      };
      for (let i = 0; i < 3; i++) assert.equal(look(), true);
      source.detach();
      look();
      assert.equal(look(), false);
    } finally {
      source.close();
    }
  });
});
