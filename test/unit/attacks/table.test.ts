import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readTable } from '../../attacks/table.js';
import { projectRoot } from '../../support/project.js';

const folder = join(projectRoot, 'test/attacks');

describe('The table of attacks', () => {
  const attacks = readTable(readFileSync(join(folder, 'attacks.txt'), 'utf8'));

  it('has a line for each script, and a script for each line', () => {
    const scripts = readdirSync(join(folder, 'scripts')).map(name => name.replace(/\.sh$/, ''));
    const named = attacks.filter(({ place }) => place !== 'start').map(({ script }) => script);
    assert.deepEqual([...new Set(named)].sort(), scripts.sort());
  });

  it('names an attack after its script, and after its place when that is a container', () => {
    const line = 'read | container | A rule | cat,exe | WORK/x | ls,id | cat';
    assert.deepEqual(readTable(line), [
      {
        id: 'read@container',
        script: 'read',
        place: 'container',
        rule: 'A rule',
        processes: ['cat', 'exe'],
        file: 'WORK/x',
        needs: ['ls', 'id'],
        does: 'cat',
      },
    ]);
    assert.equal(readTable(line.replace('container', 'host'))[0]!.id, 'read');
  });

  it('reads a dash as nothing, and passes over comments and empty lines', () => {
    const [attack, ...others] = readTable('# a | b\n\nread | host | A rule | cat | - | - | cat\n');
    assert.deepEqual(others, []);
    assert.deepEqual({ file: attack!.file, needs: attack!.needs }, { file: null, needs: [] });
  });

  for (const [what, line] of [
    ['a column is missing', 'read | host | A rule | cat | - | cat'],
    ['the place is none', 'read | moon | A rule | cat | - | - | cat'],
    ['a column is empty', 'read | host |  | cat | - | - | cat'],
  ] as const)
    it(`names the line in which ${what}`, () => {
      assert.throws(() => readTable(`# comment\n${line}`), /attacks\.txt, line 2: read/);
    });

  it('says which attack is there twice', () => {
    const line = 'read | host | A rule | cat | - | - | cat\n';
    assert.throws(() => readTable(line + line), /read is there twice/);
  });
});
