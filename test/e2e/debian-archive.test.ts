/** scripts/debian-archive, by which image, kernels and libraries are fetched: with an apt that was never updated, as in images. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith, isInstalled } from '../support/live.js';
import { projectRoot } from '../support/project.js';

const PACKAGES = 'Package: a\nVersion: 1\nArchitecture: amd64\nFilename: a.deb\nSize: 1\n\n';

describeWith('The search for archives of Debian', isInstalled('apt-get') ? [] : ['apt-get'], () => {
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'falco-apt-'));
    for (const name of ['lists/partial', 'cache/archives/partial', 'parts'])
      mkdirSync(join(folder, name), { recursive: true });
    const at = (name: string): string => join(folder, name);
    writeFileSync(
      at('apt.conf'),
      [
        `Dir::Etc::sourcelist "${at('sources.list')}"; Dir::Etc::sourceparts "${at('parts')}";`,
        `Dir::State::lists "${at('lists')}"; Dir::Cache "${at('cache')}"; Dir::State::status "/dev/null";`,
        'APT::Sandbox::User "root"; APT::Architecture "amd64"; APT::Architectures "amd64";',
      ].join('\n'),
    );
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** An archive in a folder. */
  function archive(name: string, origin: string): string {
    const place = join(folder, name);
    mkdirSync(place);
    writeFileSync(join(place, 'Packages'), PACKAGES);
    const sum = createHash('sha256').update(PACKAGES).digest('hex');
    const size = String(PACKAGES.length);
    writeFileSync(join(place, 'Release'), `Origin: ${origin}\nSHA256:\n ${sum} ${size} Packages\n`);
    return `deb [trusted=yes] file:${place} ./\n`;
  }
  function search(...sources: readonly string[]) {
    writeFileSync(join(folder, 'sources.list'), sources.join(''));
    const env = { ...process.env, APT_CONFIG: join(folder, 'apt.conf') };
    return spawnSync(join(projectRoot, 'scripts/debian-archive'), { env, encoding: 'utf8' });
  }

  it('fetches the lists when there are none, and names those of Debian alone', () => {
    const { status, stdout, stderr } = search(archive('debian', 'Debian'), archive('other', 'Somebody'));
    assert.equal(stdout, `file:${folder}/debian/ ./\n`, stderr);
    assert.equal(status, 0);
  });

  it('does not fetch them again', () => {
    const source = archive('debian', 'Debian');
    search(source);
    const before = readdirSync(join(folder, 'lists'));
    rmSync(join(folder, 'debian'), { recursive: true });
    const { status, stderr } = search(source);
    assert.deepEqual([status, stderr], [0, '']);
    assert.deepEqual(readdirSync(join(folder, 'lists')), before);
  });

  it('says so when there is none', () => {
    const { status, stdout, stderr } = search(archive('other', 'Somebody'));
    assert.deepEqual([status, stdout], [1, '']);
    assert.match(stderr, /apt knows no archive of Debian, not even after apt-get update\n$/);
  });
});
