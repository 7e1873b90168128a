import assert from 'node:assert/strict';
import { joinPath, normalise } from '../../../daemon/state/path.js';

// prettier-ignore
const CASES: readonly (readonly [path: string, normal: string])[] = [
  ['/', '/'], ['//', '/'], ['/etc/passwd', '/etc/passwd'], ['/etc//passwd', '/etc/passwd'], ['/etc/./passwd', '/etc/passwd'],
  ['/etc/../etc/passwd', '/etc/passwd'], ['/../..', '/'], ['/etc/', '/etc'], ['/a/b/..', '/a'], ['/...', '/...'],
  ['/a/..b', '/a/..b'], ['/.', '/'], ['/a/.hidden', '/a/.hidden'],
];

describe('paths by text', () => {
  for (const [path, normal] of CASES)
    it(`makes ${path} into ${normal}`, () => assert.equal(normalise(path), normal));

  it('start from a directory when they are relative', () => {
    assert.equal(joinPath('/root/', '../etc/passwd', false), '/etc/passwd');
    assert.equal(joinPath('/root', 'a', false), '/root/a');
    assert.equal(joinPath('/root', '/a', false), '/a');
  });

  it('are cut as in captures of the reference, only there', () => {
    const long = 'x'.repeat(1100);
    assert.equal(joinPath('/root', long, true), '/DIR_TOO_LONG/FILENAME_TOO_LONG');
    assert.equal(joinPath('/root', long, false), `/root/${long}`);
  });
});
