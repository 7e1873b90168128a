/** --support: what helps to answer a bug report, as JSON. */
import { hostname, release, type as systemName, version as systemVersion } from 'node:os';
import { stringify } from 'yaml';
import type { Config } from '../config/config.js';
import { machine, versions } from './installation.js';
import type { RulesFile } from './settings.js';
import { versionParts } from './version.js';

/** @param words the command line, program included */
export function supportText(words: readonly string[], config: Config, files: readonly RulesFile[]): string {
  const parts = {
    cmdline: words.join(' '),
    config: stringify(config, { collectionStyle: 'flow', lineWidth: 0 }).trimEnd(),
    engine_info: versionParts(),
    rules_files: files.map(({ name, content }) => ({
      name,
      variants: [{ content: content.toString('utf8') }],
    })),
    system_info: {
      machine: machine(),
      nodename: hostname(),
      release: release(),
      sysname: systemName(),
      version: systemVersion(),
    },
    version: versions().falco,
  };
  return `${JSON.stringify(parts)}\n`;
}
