/** Where this daemon lives, and which version of what it is. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the source tree or installation: this file is in dist/daemon/cli, or bundled in dist/bundle/daemon. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export interface Versions {
  readonly falco: string;
  /** What rules files and plugins may ask for. */
  readonly engine: string;
  readonly pluginApi: string;
  readonly driverApi: string;
  readonly driverSchema: string;
}

/** The levels of compatibility: rules engine, plugin interface, driver interface and event schema. */
const COMPATIBLE = { engine: '0.63.0', pluginApi: '3.12.0', driverApi: '10.1.0', driverSchema: '4.5.1' };

export function versions(): Versions {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  return { falco: version, ...COMPATIBLE };
}

/** Name of this machine's architecture as the kernel says it. */
export function machine(): string {
  return process.arch === 'x64' ? 'x86_64' : process.arch === 'arm64' ? 'aarch64' : process.arch;
}
