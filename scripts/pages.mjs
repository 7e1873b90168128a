// What is made from the tables of keys and flags, once the JavaScript is built.
//   node scripts/pages.mjs         man pages and completions, into build/pages
//   node scripts/pages.mjs --docs  what is checked in: etc/falco.yaml, docs/config.md, docs/command-line.md
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPages, checkedInPages, today } from '../dist/daemon/cli/pages/pages.js';
import { versions } from '../dist/daemon/cli/installation.js';
import { suiteManPage } from '../dist/test/attacks/man.js';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const suite = () => ({ 'build/pages/falco-attack-suite.8': suiteManPage(versions().falco, today()) });
const pages = process.argv.includes('--docs') ? checkedInPages() : { ...buildPages(), ...suite() };
for (const [path, text] of Object.entries(pages)) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
