import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import { Pulse } from '../../../daemon/engine/pulse.js';
import { PROOF_CALL, SourceProof } from '../../../daemon/engine/source-proof.js';

/** Cells of a pulse as the worker left them so many milliseconds ago: turn, proof, patience. */
function aged(turnMs: number, proofMs: number, patienceMs: number): Pulse {
  const pulse = new Pulse();
  const cells = new Int32Array(pulse.shared);
  const now = Number(process.hrtime.bigint() / 1_000_000n) | 0;
  cells.set([now - turnMs, now - proofMs, patienceMs]);
  return pulse;
}

describe('The pulse of the detection worker', () => {
  it('is well while the loop comes round and the source delivers', () => {
    const pulse = new Pulse();
    const worker = new Pulse(pulse.shared);
    worker.beat();
    worker.prove();
    assert.equal(pulse.trouble(), null);
    assert.equal(aged(4000, 9000, 5000).trouble(), null);
  });

  it('tells of a worker that hangs, with the time', () => {
    assert.equal(aged(7200, 0, 5000).trouble(), 'the detection worker has not answered for 7 s');
  });

  it('tells of a source that stands still, with the time', () => {
    assert.equal(aged(0, 12_500, 5000).trouble(), 'the event source has stood still for 12 s');
  });

  it('waits longer while rules are compiled, and no longer than before once the loop goes on', () => {
    const pulse = aged(30_000, 0, 5000);
    assert.notEqual(pulse.trouble(), null);
    pulse.compiling();
    const cells = new Int32Array(pulse.shared);
    cells[0]! -= 30_000;
    assert.equal(pulse.trouble(), null);
    pulse.beat();
    cells[0]! -= 30_000;
    assert.equal(pulse.trouble(), 'the detection worker has not answered for 30 s');
  });

  it('is seen from another thread that never gives up its own', async () => {
    const pulse = new Pulse();
    new Int32Array(pulse.shared)[0]! -= 3_600_000;
    assert.match(pulse.trouble()!, /has not answered for 3600 s/);
    const module = JSON.stringify(new URL('../../../daemon/engine/pulse.js', import.meta.url).href);
    const source = `
      const { workerData } = require('node:worker_threads');
      import(${module}).then(({ Pulse }) => {
        const pulse = new Pulse(workerData);
        for (const end = Date.now() + 300; Date.now() < end; ) pulse.beat();
      });`;
    const worker = new Worker(source, { eval: true, workerData: pulse.shared });
    await new Promise(resolve => worker.on('exit', resolve));
    assert.equal(pulse.trouble(), null);
  });
});

describe('The proof that the source works', () => {
  const check = (proof: SourceProof, own: number, submitted: number, records: number, watched = true) =>
    proof.check({ own, submitted }, watched, records);

  it('is that the driver counted the call that was made for it', () => {
    const proof = new SourceProof();
    assert.equal(check(proof, 2, 0, 0), true);
    assert.equal(check(proof, 4, 0, 0), true);
    assert.equal(check(proof, 4, 0, 0), false);
    assert.equal(check(proof, 6, 0, 0), true);
  });

  it('is not asked for where the driver does not look at that call', () => {
    const proof = new SourceProof();
    assert.equal(check(proof, 0, 0, 0, false), true);
    assert.equal(check(proof, 0, 0, 0, false), true);
    assert.ok(PROOF_CALL > 0);
  });

  it('fails when records are sent and none arrives, twice in a row', () => {
    const proof = new SourceProof();
    assert.equal(check(proof, 2, 10, 10), true);
    assert.equal(check(proof, 4, 20, 10), true);
    assert.equal(check(proof, 6, 30, 10), false);
    assert.equal(check(proof, 8, 30, 30), true);
  });
});
