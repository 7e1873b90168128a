import assert from 'node:assert/strict';
import fc from 'fast-check';
import { inspectedContainer } from '../../../../daemon/containers/runtimes/inspected-container.js';

const ID = 'ae2fef4a07d4c6d79b97047b7c2bad2328dc6f4445d09aab833517d3f51ed43f';
const IMAGE_ID = 'b46f7dfa88028a45352026f9af277d0290a485614bb49d1068a97ee9ee378a3d';
const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const NOTHING = { image: undefined, network: undefined, sandbox: undefined };
const OPTIONS = { labelMaxLength: 100, withSize: false };

const inspect = (json: object, related: object = {}) =>
  inspectedContainer({ Id: ID, ...json }, 'docker', OPTIONS, { ...NOTHING, ...related })!;

describe('A container that Docker or podman describes', () => {
  it('was made of `latest` when its image was named without a tag', () => {
    const { image, imageRepository, imageTag } = inspect({ Config: { Image: 'httpd' } });
    assert.deepEqual([image, imageRepository, imageTag], ['httpd', 'httpd', 'latest']);
    assert.equal(inspect({ Config: { Image: `httpd@${DIGEST}` } }).imageTag, '');
  });

  it('has the names of its image when it was made by an id, short or long', () => {
    const image = { RepoTags: ['shop/web:7'], RepoDigests: [`shop/web@${DIGEST}`] };
    for (const asked of [IMAGE_ID.slice(0, 12), IMAGE_ID, `sha256:${IMAGE_ID}`]) {
      const found = inspect({ Image: `sha256:${IMAGE_ID}`, Config: { Image: asked } }, { image });
      assert.deepEqual(
        [found.image, found.imageId, found.imageRepository, found.imageTag, found.imageDigest],
        ['shop/web:7', IMAGE_ID, 'shop/web', '7', DIGEST],
      );
    }
  });

  it('has no repository when its image has lost its names', () => {
    const found = inspect({ Config: { Image: IMAGE_ID } }, { image: { RepoTags: [], RepoDigests: [] } });
    assert.deepEqual([found.image, found.imageRepository, found.imageTag], [IMAGE_ID, '', '']);
  });

  it('has the digest of its own repository, where the image is in several', () => {
    const other = `sha256:${'f'.repeat(64)}`;
    const image = { RepoDigests: [`mirror/web@${other}`, `shop/web@${DIGEST}`] };
    assert.equal(inspect({ Config: { Image: 'shop/web:7' } }, { image }).imageDigest, DIGEST);
    assert.equal(inspect({ Config: { Image: 'third/web:7' } }, { image }).imageDigest, other);
  });

  it('has an address in whichever network it is, or that of the network that it shares', () => {
    const networks = { NetworkSettings: { IPAddress: '', Networks: { shop: { IPAddress: '10.1.2.3' } } } };
    assert.equal(inspect(networks).ip, '10.1.2.3');
    assert.equal(inspect({}, { network: networks }).ip, '10.1.2.3');
    assert.equal(inspect({}, { sandbox: networks }).ip, '10.1.2.3');
  });

  it('has the ports that are open on the host', () => {
    const Ports = {
      '80/tcp': [
        { HostIp: '0.0.0.0', HostPort: '8080' },
        { HostIp: '::', HostPort: '8080' },
      ],
      '53/udp': [{ HostIp: '10.0.0.1', HostPort: '5353' }],
      '443/tcp': null,
    };
    assert.deepEqual(inspect({ NetworkSettings: { Ports } }).ports, [
      { hostIp: 0, hostPort: 8080, containerPort: 80 },
      { hostIp: 0, hostPort: 8080, containerPort: 80 },
      { hostIp: 0x0a000001, hostPort: 5353, containerPort: 53 },
    ]);
  });

  it('belongs to the pod that cri-dockerd says', () => {
    const sandbox = 'c'.repeat(64);
    const labels = { 'io.kubernetes.pod.name': 'web-0', 'io.kubernetes.sandbox.id': sandbox };
    const found = inspect(
      { Name: '/k8s_httpd_web-0', Config: { Labels: labels } },
      { sandbox: { Config: { Labels: { app: 'web' } } } },
    );
    assert.deepEqual([found.podSandboxId, found.isPodSandbox], [sandbox, false]);
    assert.deepEqual(found.podSandboxLabels, [['app', 'web']]);
    const pause = inspect({ Config: { Labels: { 'io.kubernetes.docker.type': 'podsandbox' } } });
    assert.equal(pause.isPodSandbox, true);
    assert.equal(inspect({ IsInfra: true }).isPodSandbox, true);
  });

  it('has labels, words and mounts as bytes, as all that alerts show', () => {
    const found = inspect({ Name: '/größe', Config: { Labels: { Größe: 'ß' }, Env: ['X=ü'] } });
    const bytes = (text: string): string => Buffer.from(text).toString('latin1');
    assert.equal(found.name, bytes('größe'));
    assert.deepEqual(found.labels, [[bytes('Größe'), bytes('ß')]]);
    assert.deepEqual(found.env, [bytes('X=ü')]);
  });

  it('keeps no more of a description than memory is meant for', () => {
    const many = Array.from({ length: 100_000 }, (_, n) => `VARIABLE_${n}=${'x'.repeat(10_000 / (n + 1))}`);
    const Labels = Object.fromEntries(many.map(text => [text, 'x']));
    const Mounts = many.map(Source => ({ Source }));
    const found = inspect({ Name: 'n'.repeat(1e6), Config: { Env: many, Labels }, Mounts });
    assert.ok(JSON.stringify(found).length < 300_000);
  });

  it('may be described in any way', () => {
    const keys = [
      'Id',
      'Name',
      'Config',
      'HostConfig',
      'Mounts',
      'NetworkSettings',
      'Ports',
      'Labels',
      'Env',
      'Image',
      'Created',
    ];
    const tree = fc.letrec<{ value: unknown }>(tie => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.jsonValue(),
        fc.dictionary(fc.constantFrom(...keys), tie('value')),
        fc.array(tie('value'), { maxLength: 3 }),
      ),
    })).value;
    fc.assert(
      fc.property(tree, tree, (json, related) => {
        const whole = { Id: ID, ...(json as object) };
        inspectedContainer(json, 'docker', OPTIONS, { image: related, network: related, sandbox: related });
        inspectedContainer(whole, 'podman', OPTIONS, { image: related, network: related, sandbox: related });
      }),
    );
  });
});
