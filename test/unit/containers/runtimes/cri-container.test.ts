import assert from 'node:assert/strict';
import {
  criContainer,
  sandboxContainer,
  type Found,
  type Pod,
} from '../../../../daemon/containers/runtimes/cri-container.js';
import {
  containerStatus,
  image,
  podSandboxStatus,
} from '../../../../daemon/containers/runtimes/cri-messages.js';
import {
  decode,
  encode,
  type Draft,
  type MessageType,
} from '../../../../daemon/containers/runtimes/protobuf.js';

const ID = 'a'.repeat(64);
const POD_ID = 'b'.repeat(64);
const IMAGE_ID = 'c'.repeat(64);
const DIGEST = `sha256:${'d'.repeat(64)}`;
const OPTIONS = { type: 'cri-o', labelMaxLength: 100 };

/** As it comes over the wire. */
const sent = <T>(type: MessageType<T>, value: Draft<T>): T => decode(type, encode(type, value))!;

const pod = (status: Draft<Pod['status']> = {}, info: unknown = undefined): Pod => ({
  status: sent(podSandboxStatus, {
    id: POD_ID,
    metadata: { name: 'web-0', namespace: 'shop', uid: 'uid-1' },
    ...status,
  }),
  info,
});
const found = (more: Partial<Found> = {}, status: Draft<Found['status']> = {}): Found => ({
  status: sent(containerStatus, { id: ID, metadata: { name: 'httpd' }, ...status }),
  info: undefined,
  pod: pod(),
  image: null,
  ...more,
});

describe('A container of Kubernetes', () => {
  it('has labels that name its pod, though nobody put them there', () => {
    const { labels, podSandboxId } = criContainer(found(), OPTIONS);
    assert.deepEqual(labels, [
      ['io.kubernetes.pod.name', 'web-0'],
      ['io.kubernetes.pod.namespace', 'shop'],
      ['io.kubernetes.pod.uid', 'uid-1'],
    ]);
    assert.equal(podSandboxId, POD_ID);
    const own = criContainer(
      found({}, { labels: new Map([['io.kubernetes.pod.name', 'of-the-kubelet']]) }),
      OPTIONS,
    );
    assert.equal(own.labels.filter(([key]) => key === 'io.kubernetes.pod.name').length, 1);
    assert.equal(Object.fromEntries(own.labels)['io.kubernetes.pod.name'], 'of-the-kubelet');
  });

  it('has the name of its image though the kubelet asked for an id', () => {
    const known = sent(image, {
      id: `sha256:${IMAGE_ID}`,
      repoTags: ['shop/web:7'],
      repoDigests: [`shop/web@${DIGEST}`],
    });
    const asked = { image: { image: `sha256:${IMAGE_ID}` }, imageRef: `sha256:${IMAGE_ID}` };
    const one = criContainer(found({ image: known }, asked), OPTIONS);
    assert.deepEqual(
      [one.image, one.imageId, one.imageRepository, one.imageTag, one.imageDigest],
      ['shop/web:7', IMAGE_ID, 'shop/web', '7', DIGEST],
    );
    const info = { runtimeSpec: { annotations: { 'io.kubernetes.cri.image-name': 'shop/web:8' } } };
    const other = criContainer(found({ info }, asked), OPTIONS);
    assert.deepEqual([other.image, other.imageId, other.imageTag], ['shop/web:8', IMAGE_ID, '8']);
  });

  it('has the repository of its digest when its image has no tag', () => {
    const untagged = sent(image, { id: IMAGE_ID, repoDigests: [`shop/web@${DIGEST}`] });
    const one = criContainer(found({ image: untagged }, { image: { image: IMAGE_ID } }), OPTIONS);
    assert.deepEqual([one.imageRepository, one.imageTag, one.imageDigest], ['shop/web', '', DIGEST]);
  });

  it('of CRI-O has its privileges, network and address from CRI-O’s remarks', () => {
    const result = '{"cniVersion":"1.0.0","ips":[{"address":"10.85.0.9/16"}]}';
    const annotations = { 'io.kubernetes.cri-o.CNIResult': result };
    const one = criContainer(
      found({
        info: { privileged: true, runtimeSpec: { process: { user: { uid: 7, gid: 8 }, env: ['A=1'] } } },
        pod: pod({ network: { ip: '10.85.0.9' } }, { runtimeSpec: { annotations } }),
      }),
      OPTIONS,
    );
    assert.deepEqual(
      [one.type, one.privileged, one.ip, one.cniJson, one.user, one.env],
      ['cri-o', true, '10.85.0.9', result, '7:8', ['A=1']],
    );
  });

  it('shows how its mounts spread', () => {
    const mounts = [0, 1, 2, 9].map(propagation => ({ hostPath: '/a', containerPath: '/b', propagation }));
    const one = criContainer(found({}, { mounts }), OPTIONS);
    assert.deepEqual(
      one.mounts.map(({ propagation }) => propagation),
      ['private', 'rslave', 'rshared', ''],
    );
  });

  it('says what is known of it when its pod is gone', () => {
    const one = criContainer(found({ pod: null }), OPTIONS);
    assert.deepEqual([one.name, one.podSandboxId, one.ip, one.labels], ['httpd', '', '', []]);
  });

  it('that holds a pod says so', () => {
    const one = sandboxContainer(
      pod({ labels: new Map([['app', 'web']]) }, { image: 'registry.k8s.io/pause:3.9' }),
      OPTIONS,
    );
    assert.deepEqual(
      [one.isPodSandbox, one.fullId, one.name, one.imageRepository, one.imageTag],
      [true, POD_ID, 'web-0', 'registry.k8s.io/pause', '3.9'],
    );
  });
});
