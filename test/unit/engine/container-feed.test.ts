import assert from 'node:assert/strict';
import { MessageChannel } from 'node:worker_threads';
import type { ContainerMessage } from '../../../daemon/containers/metadata.js';
import { containerOf } from '../../../daemon/containers/container-id.js';
import { ContainerTable } from '../../../daemon/containers/container-table.js';
import { containerFeed } from '../../../daemon/engine/container-feed.js';
import { ThreadTable } from '../../../daemon/state/thread-table.js';
import { newThread, type ThreadInfo } from '../../../daemon/state/thread.js';
import { setCgroups } from '../../../daemon/state/cgroups.js';
import { containerOfImage } from '../../support/containers.js';

/** A group that could be one of the host just as well. */
const CGROUPS = ['cpu=/default/web', 'memory=/default/web'];

describe('what the detection worker is told of containers', () => {
  const { port1, port2 } = new MessageChannel();
  after(() => port1.close());

  function confirmed(elsewhere: ContainerTable['elsewhere']): [ThreadInfo, ContainerTable] {
    const containers = new ContainerTable();
    containers.elsewhere = elsewhere;
    const threads = new ThreadTable(10, 10, containers);
    const thread = newThread(100, 100);
    thread.vtid = thread.vpid = 100;
    setCgroups(thread, CGROUPS, containers);
    threads.add(thread);
    assert.equal(thread.containerKey, elsewhere?.key ?? '');
    const { key, id, fullId } = containerOf(CGROUPS)!;
    const container = { ...containerOfImage('web', 'web', 'httpd'), id, fullId };
    port1.postMessage({ kind: 'known', key, container } satisfies ContainerMessage);
    const listeners = { answered: () => undefined, known: () => undefined };
    containerFeed(port2, containers, threads, listeners)();
    return [thread, containers];
  }

  it('puts processes into a container that turns out to be one', () => {
    const [thread, containers] = confirmed(null);
    assert.equal(thread.containerId, 'web');
    assert.equal(containers.get(thread.containerKey)?.image, 'httpd');
  });

  it('does so, too, where all others are in a container that the configuration names', () => {
    const [thread] = confirmed({ key: 'fixed', id: 'fixed' });
    assert.equal(thread.containerId, 'web');
  });
});
