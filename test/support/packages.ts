/** The packages as packaging/build makes them, built once for all tests of a run. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from './project.js';

export const version = (
  JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { version: string }
).version;
export const machineName = execFileSync('uname', ['-m'], { encoding: 'utf8' }).trim();
const architecture = machineName === 'aarch64' ? 'arm64' : 'amd64';
const folder = join(projectRoot, 'build/packages');

export const packages = {
  deb: join(folder, `falco_${version}_${architecture}.deb`),
  rpm: join(folder, `falco-${version}-${machineName}.rpm`),
  tar: join(folder, `falco-${version}-${machineName}.tar.gz`),
} as const;
export const image = join(folder, `falco-${version}-image-${architecture}.tar`);
/** The name that it has in there. */
export const imageName = `localhost/falco:${version}`;

type Format = keyof typeof packages | 'image';

const built = new Set<Format>();

/** With FALCO_TEST_PACKAGES=ready those that are there are tested. */
export function buildPackages(formats: readonly Format[] = ['deb', 'rpm', 'tar']): void {
  const missing = formats.filter(format => !built.has(format));
  if (missing.length === 0 || process.env['FALCO_TEST_PACKAGES'] === 'ready') return;
  execFileSync('sh', [join(projectRoot, 'packaging/build'), ...missing], { stdio: 'pipe' });
  for (const format of missing) built.add(format);
}

/**
 * The same .deb as another version, whose falco.yaml and rules differ from those of the first.
 * @returns its path, in a folder of its own
 */
export function newerDeb(newVersion: string): string {
  const work = mkdtempSync(join(tmpdir(), 'falco-newer-'));
  const tree = join(work, 'tree');
  execFileSync('dpkg-deb', ['-R', packages.deb, tree]);
  const control = join(tree, 'DEBIAN/control');
  writeFileSync(control, readFileSync(control, 'utf8').replace(/^Version: .*$/m, `Version: ${newVersion}`));
  for (const name of ['falco.yaml', 'falco_rules.yaml'])
    appendFileSync(join(tree, 'etc/falco', name), `# of release ${newVersion}\n`);
  execFileSync('dpkg-deb', [
    ...['--root-owner-group', '-Znone', '--build', tree, join(work, `falco_${newVersion}.deb`)],
  ]);
  rmSync(tree, { recursive: true });
  return join(work, `falco_${newVersion}.deb`);
}
