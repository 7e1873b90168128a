import assert from 'node:assert/strict';
import type { Alert } from '../../../daemon/alerts/alert.js';
import { Detector } from '../../../daemon/engine/detector.js';
import type { HoldLimits } from '../../../daemon/engine/held-alerts.js';
import { Inspector } from '../../../daemon/state/inspector.js';
import { newThread } from '../../../daemon/state/thread.js';
import { rulebook } from '../../support/book.js';
import { containerOfImage, fullIdOf, sightOf } from '../../support/containers.js';
import { openat } from '../../support/events.js';

const ID = 'abc000000000';
const KEY = fullIdOf('abc');
const HTTPD = containerOfImage('abc', 'web', 'docker.io/library/httpd:2.4', {
  labels: [['io.kubernetes.pod.name', 'shop']],
});

/** Who opens /etc/shadow, in images of these names or in all. */
function rule(name: string, condition: string, output = `${name} %container.name %fd.name`): string {
  return `
- rule: ${name}
  desc: test
  condition: evt.type = openat and fd.name = /etc/shadow and ${condition}
  output: ${output}
  priority: WARNING
`;
}

/** A detector of a host with a process in a container that has just been seen. */
function host(
  rules: string,
  { mode = 'first', limits = { ms: 100, events: 10 } }: { mode?: 'first' | 'all'; limits?: HoldLimits } = {},
): {
  readonly alerts: Alert[];
  readonly detector: Detector;
  readonly inspector: Inspector;
  readonly open: (path?: string, file?: string, comm?: string) => void;
  readonly messages: () => string[];
} {
  const alerts: Alert[] = [];
  const inspector = new Inspector({ live: true, procRoot: '/nonexistent' });
  const detector = new Detector(inspector, rulebook(rules, mode), alert => alerts.push(alert), limits);
  const { containers, threads } = inspector;
  containers.onSight = () => undefined;
  const thread = newThread(100, 100);
  thread.containerId = ID;
  thread.containerKey = KEY;
  threads.add(thread);
  containers.sight(sightOf('abc'));
  const open = (path = '/etc/shadow', file = path, comm = 'cat'): void =>
    detector.onRecord(openat({ path, file, comm }), 0, 0);
  const messages = (): string[] => alerts.splice(0).map(({ message }) => message);
  return { alerts, detector, inspector, open, messages };
}

describe('an alert of a container of which nothing is known yet', () => {
  it('waits for the answer of the runtimes, and goes out complete with what the event was like', () => {
    const output = 'A %container.name %container.image.repository %k8s.pod.name %proc.name %fd.name';
    const { detector, inspector, open, messages, alerts } = host(rule('A', 'container.id != host', output));
    open();
    open('/etc/passwd', undefined, 'other');
    assert.deepEqual(messages(), []);
    inspector.containers.set(KEY, HTTPD);
    detector.held.answered(KEY);
    assert.deepEqual(Object.entries(alerts[0]!.fields), [
      ['container.name', 'web'],
      ['container.image.repository', 'docker.io/library/httpd'],
      ['k8s.pod.name', 'shop'],
      ['proc.name', 'cat'],
      ['fd.name', '/etc/shadow'],
    ]);
    assert.deepEqual(messages(), ['A web docker.io/library/httpd shop cat /etc/shadow']);
    open();
    assert.deepEqual(
      messages(),
      ['A web docker.io/library/httpd shop cat /etc/shadow'],
      'at once from now on',
    );
    assert.deepEqual(
      [detector.held.counters().held, detector.held.counters().incomplete, detector.alerts],
      [1, 0, 2],
    );
  });

  it('goes out with what is known, and says so, when its time is up', () => {
    const { detector, open, alerts } = host(rule('A', 'container.id != host'));
    open();
    const now = performance.now();
    detector.held.tick(now + 50);
    assert.equal(alerts.length, 0);
    detector.held.tick(now + 200);
    assert.equal(alerts[0]!.message, 'A <NA> /etc/shadow container.metadata=pending');
    assert.deepEqual(
      { ...alerts[0]!.fields },
      {
        'container.name': null,
        'fd.name': '/etc/shadow',
        'container.metadata': 'pending',
      },
    );
    assert.equal(detector.held.counters().incomplete, 1);
    assert.ok(detector.held.counters().p99 >= 100);
  });

  it('does not wait when it shows nothing that a runtime tells', () => {
    const { open, messages } = host(rule('A', 'container.id != host', 'A %container.id %proc.name'));
    open();
    assert.deepEqual(messages(), [`A ${ID} cat`]);
  });

  it('is only raised when the answer says so', () => {
    const rules =
      rule('A', 'container.image.repository endswith /nginx') + rule('B', 'not container.privileged = true');
    const { detector, inspector, open, messages } = host(rules);
    open();
    inspector.containers.set(KEY, HTTPD);
    detector.held.answered(KEY);
    assert.deepEqual(messages(), ['B web /etc/shadow']);
  });

  it('gives way to a rule before it that turns out to match, as rule_matching says', () => {
    const rules =
      rule('A', 'container.image.repository endswith /httpd') + rule('B', 'container.id != host', 'B');
    for (const mode of ['first', 'all'] as const) {
      const { detector, inspector, open, messages } = host(rules, { mode });
      open();
      inspector.containers.set(KEY, HTTPD);
      detector.held.answered(KEY);
      assert.deepEqual(messages(), mode === 'first' ? ['A web /etc/shadow'] : ['A web /etc/shadow', 'B']);
    }
  });

  it('is raised under the name that the program wrote, too, and shows the kernel’s', () => {
    const rules = `
- rule: A
  desc: test
  condition: evt.type = openat and fd.name = /tmp/link and container.name = web
  output: A %fd.name
  priority: WARNING
`;
    const { detector, inspector, open, messages } = host(rules);
    open('/tmp/link', '/etc/shadow');
    inspector.containers.set(KEY, HTTPD);
    detector.held.answered(KEY);
    assert.deepEqual(messages(), ['A /etc/shadow']);
  });

  it('is raised without the mark when no runtime knows the container', () => {
    const { detector, inspector, open, messages } = host(rule('A', 'container.id != host'));
    open();
    inspector.containers.giveUp(KEY, false);
    detector.held.answered(KEY);
    open();
    assert.deepEqual(messages(), ['A <NA> /etc/shadow', 'A <NA> /etc/shadow']);
  });

  it('is raised at once, with the mark, when a runtime does not answer', () => {
    const { detector, inspector, open, messages } = host(rule('A', 'container.id != host'));
    inspector.containers.giveUp(KEY, true);
    detector.held.answered(KEY);
    open();
    assert.deepEqual(messages(), ['A <NA> /etc/shadow container.metadata=pending']);
  });

  it('lets the oldest go when too many wait', () => {
    const { detector, open, messages } = host(
      rule('A', 'container.id != host', 'A %container.name %proc.name'),
      {
        limits: { ms: 100, events: 2 },
      },
    );
    for (const comm of ['one', 'two', 'three']) open(undefined, undefined, comm);
    assert.deepEqual(messages(), ['A <NA> one container.metadata=pending']);
    assert.equal(detector.held.size, 2);
    detector.held.flush();
    assert.deepEqual(messages(), [
      'A <NA> two container.metadata=pending',
      'A <NA> three container.metadata=pending',
    ]);
  });

  it('never waits with hold_ms 0', () => {
    const { open, messages } = host(rule('A', 'container.id != host'), { limits: { ms: 0, events: 10 } });
    open();
    assert.deepEqual(messages(), ['A <NA> /etc/shadow container.metadata=pending']);
  });

  it('counts for its rule even when the rules were swapped meanwhile', () => {
    const rules = rule('A', 'container.id != host');
    const { detector, inspector, open, messages } = host(rules);
    open();
    detector.swap(rulebook(rules));
    inspector.containers.set(KEY, HTTPD);
    detector.held.answered(KEY);
    assert.deepEqual(messages(), ['A web /etc/shadow']);
    assert.deepEqual(
      detector.counts().map(({ matches }) => matches),
      [1],
    );
  });
});
