import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CODES } from '../../../daemon/rules/codes.js';
import { projectRoot } from '../../support/project.js';

describe('the codes of diagnostics', () => {
  it('are all explained in docs/diagnostics.md, and no others', () => {
    const text = readFileSync(join(projectRoot, 'docs/diagnostics.md'), 'utf8');
    const explained = [...text.matchAll(/^\| (`LOAD_.*?) \|/gm)].flatMap(([, cell]) =>
      [...cell!.matchAll(/`(LOAD_\w+)`/g)].map(([, code]) => code!),
    );
    assert.deepEqual(explained.toSorted(), Object.keys(CODES).sort());
  });
});
