// What is made from the tables of keys and flags, once the JavaScript is built.
//   node scripts/pages.mjs         man page and completions, into build/pages
//   node scripts/pages.mjs --docs  what is checked in: etc/falco.yaml, docs/config.md, docs/command-line.md
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPages, checkedInPages } from '../dist/daemon/cli/pages/pages.js';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const pages = process.argv.includes('--docs') ? checkedInPages() : buildPages();
for (const [path, text] of Object.entries(pages)) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
