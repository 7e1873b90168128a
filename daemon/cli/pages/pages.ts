/**
 * What is made of the tables of keys and flags besides the daemon itself: man page, completions, documentation (of the
 * delivered rules too), the delivered configuration. Run by scripts/pages.mjs; the daemon imports nothing from this folder.
 */
import { readFileSync } from 'node:fs';
import { configPage } from '../../config/markdown.js';
import { yamlFile } from '../../config/yaml-file.js';
import { versions } from '../installation.js';
import { bashCompletion, fishCompletion, zshCompletion } from './completions.js';
import { manPage } from './man.js';
import { commandLinePage } from './markdown.js';
import { rulePages, type DeliveredFile } from './rule-pages.js';

/** Path in the project → text. */
export type Pages = Readonly<Record<string, string>>;

/** The day of the build, or the one that SOURCE_DATE_EPOCH names. */
export function today(): string {
  const epoch = process.env['SOURCE_DATE_EPOCH'];
  return new Date(epoch === undefined ? Date.now() : Number(epoch) * 1000).toISOString().slice(0, 10);
}

/** Made by `make`, put in place by `make install`. */
export function buildPages(): Pages {
  return {
    'build/pages/falco.8': manPage(versions().falco, today()),
    'build/pages/falco.bash': bashCompletion(),
    'build/pages/_falco': zshCompletion(),
    'build/pages/falco.fish': fishCompletion(),
  };
}

/** The rules files that are delivered. `root`: of the project. */
export function deliveredRules(root: string): readonly DeliveredFile[] {
  const file = (name: string, on: boolean): DeliveredFile => {
    return { name, on, text: readFileSync(`${root}/etc/${name}`, 'utf8') };
  };
  return [file('falco_rules.yaml', true), file('falco-extra_rules.yaml', false)];
}

/** Made by `make docs`, and checked in. */
export function checkedInPages(): Pages {
  return {
    'etc/falco.yaml': yamlFile(),
    'docs/config.md': configPage(),
    'docs/command-line.md': commandLinePage(),
    ...rulePages(deliveredRules('.')),
  };
}
