import assert from 'node:assert/strict';
import { imageName, isImageId, withoutAlgorithm } from '../../../../daemon/containers/runtimes/image-name.js';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('Names of images', () => {
  // prettier-ignore
  const NAMES: readonly (readonly [name: string, repository: string, tag: string, digest: string])[] = [
    ['httpd',                                'httpd',                    '',     ''],
    ['httpd:2.4',                            'httpd',                    '2.4',  ''],
    ['docker.io/library/httpd:2.4',          'docker.io/library/httpd',  '2.4',  ''],
    ['registry:5000/httpd',                  'registry:5000/httpd',      '',     ''],
    ['registry:5000/a/httpd:2.4',            'registry:5000/a/httpd',    '2.4',  ''],
    [`httpd@${DIGEST}`,                      'httpd',                    '',     DIGEST],
    [`registry:5000/httpd:2.4@${DIGEST}`,    'registry:5000/httpd',      '2.4',  DIGEST],
    ['',                                     '',                         '',     ''],
  ];
  for (const [name, repository, tag, digest] of NAMES) {
    it(`have their parts: ${name || '(none)'}`, () => {
      assert.deepEqual(imageName(name), { repository, tag, digest });
    });
  }

  it('are not ids', () => {
    assert.deepEqual([DIGEST, withoutAlgorithm(DIGEST), '402926e08b71'].map(isImageId), [true, true, true]);
    assert.deepEqual(['httpd', 'cafe', 'docker.io/cafe:1', `httpd@${DIGEST}`].map(isImageId), [
      false,
      false,
      false,
      false,
    ]);
  });
});
