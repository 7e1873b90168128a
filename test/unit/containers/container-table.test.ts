import assert from 'node:assert/strict';
import type { CgroupContainer } from '../../../daemon/containers/container-id.js';
import { ContainerTable } from '../../../daemon/containers/container-table.js';
import { containerOfImage, sightOf } from '../../support/containers.js';

describe('the table of containers', () => {
  let table: ContainerTable;
  let asked: string[];
  const WEB = sightOf('abc');
  const container = containerOfImage('abc', 'web', 'httpd:2.4');
  beforeEach(() => {
    table = new ContainerTable();
    asked = [];
    table.onSight = (seen: CgroupContainer) => void asked.push(seen.key);
  });

  it('asks for a container when it is first seen, and awaits the answer', () => {
    table.sight(WEB);
    table.sight(WEB);
    assert.deepEqual(
      [asked, table.pending, table.isPending(WEB.key), table.isAwaited(WEB.key)],
      [[WEB.key], 1, true, true],
    );
    table.set(WEB.key, container);
    assert.deepEqual([table.pending, table.isPending(WEB.key), table.isAwaited(WEB.key)], [0, false, false]);
    assert.equal(table.get(WEB.key), container);
    assert.equal(table.seen(WEB.key)?.fullId, WEB.fullId);
  });

  it('asks for nothing that a runtime has told of already, nor for what no runtime can know', () => {
    table.set(WEB.key, container);
    table.sight(WEB);
    table.sight(sightOf('lxc', { runtimes: [] }));
    assert.deepEqual([asked, table.pending], [[], 0]);
  });

  it('awaits nothing when nobody listens', () => {
    table.onSight = null;
    table.sight(WEB);
    assert.equal(table.pending, 0);
  });

  it('tells a container that nobody has from one whose runtime does not answer', () => {
    table.sight(WEB);
    table.giveUp(WEB.key, false);
    assert.deepEqual([table.pending, table.isAwaited(WEB.key)], [0, false]);
    const other = sightOf('fff');
    table.sight(other);
    table.giveUp(other.key, true);
    assert.deepEqual(
      [table.pending, table.isPending(other.key), table.isAwaited(other.key)],
      [0, false, true],
    );
  });

  it('asks again for one that nobody had, some time later, without making anybody wait', () => {
    const { now } = performance;
    let time = 1000;
    performance.now = () => time;
    try {
      table.sight(WEB);
      table.giveUp(WEB.key, false);
      time += 9000;
      table.sight(WEB);
      assert.equal(asked.length, 1);
      time += 2000;
      table.sight(WEB);
      table.sight(WEB);
      assert.deepEqual([asked.length, table.pending], [2, 0]);
    } finally {
      performance.now = now;
    }
  });

  it('keeps a number of containers, those that were seen last', () => {
    for (let i = 0; i < 10_000; i++) table.sight(sightOf(`c${i}x`));
    table.sight(sightOf('c0x'));
    table.sight(WEB);
    assert.equal(table.seen(sightOf('c1x').key), null);
    assert.notEqual(table.seen(sightOf('c0x').key), null);
    assert.equal(table.pending, 10_000);
  });
});
