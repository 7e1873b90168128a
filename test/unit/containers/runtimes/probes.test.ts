import assert from 'node:assert/strict';
import { healthcheckOf, podProbes } from '../../../../daemon/containers/runtimes/probes.js';

describe('Commands that look whether a container is well', () => {
  // prettier-ignore
  const CHECKS: readonly (readonly [test: unknown, command: string])[] = [
    [undefined,                              ''],
    [[],                                     ''],
    [['NONE'],                               'NONE'],
    [['CMD', '/bin/check', '--fast'],        '/bin/check --fast'],
    [['CMD-SHELL', 'curl -f localhost'],     '/bin/sh -c curl -f localhost'],
    [['SOMETHING', 'else'],                  ''],
    ['CMD',                                  ''],
  ];
  for (const [test, command] of CHECKS) {
    it(`of Docker: ${JSON.stringify(test)}`, () => assert.equal(healthcheckOf(test), command));
  }

  it('of Kubernetes stand in what kubectl was told to make, container by container', () => {
    const exec = (...command: string[]) => ({ exec: { command } });
    const pod = JSON.stringify({
      spec: {
        containers: [
          { name: 'web', livenessProbe: exec('/bin/alive', '-q'), readinessProbe: exec('/bin/ready') },
          { name: 'log', livenessProbe: { httpGet: { port: 80 } } },
        ],
      },
    });
    assert.deepEqual(podProbes(pod, 'web'), { livenessProbe: '/bin/alive -q', readinessProbe: '/bin/ready' });
    for (const [text, name] of [
      [pod, 'log'],
      [pod, 'other'],
      ['{"spec":', 'web'],
      [undefined, 'web'],
    ] as const) {
      assert.deepEqual(podProbes(text, name), { livenessProbe: '', readinessProbe: '' });
    }
  });
});
