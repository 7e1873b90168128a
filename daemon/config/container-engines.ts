/**
 * `container_engines` of 0.39 and 0.40, and what `--cri` stands for, as `init_config` of the container plugin, where today's
 * configurations say the same. (reference/falco/config.md 1.5)
 */
import type { Config } from './config.js';
import type { MappingNode } from './node.js';
import { toPlain } from './scalar-value.js';

const PLUGIN = 'container';
/** Names that are the same in both. */
const ENGINES = ['docker', 'podman', 'libvirt_lxc', 'lxc', 'bpm'];
/** `cri` was 0.39's name for the sockets. */
const SOCKETS = ['sockets', 'cri'];

type Json = Readonly<Record<string, unknown>>;

const isMapping = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The configuration with what the old key says; where the plugin's own says something of an engine, that counts. */
export function withContainerEngines(config: Config, root: MappingNode): Config {
  const node = root.entries.get('container_engines')?.value;
  const old = node === undefined ? undefined : toPlain(node);
  if (!isMapping(old)) return config;
  const plugin = config.plugins.find(({ name }) => name === PLUGIN);
  const init = parsed(plugin?.init_config ?? '');
  // What is wrong with it is said where it is read.
  if (init === undefined) return config;
  const own = isMapping(init['engines']) ? init['engines'] : {};
  const init_config = JSON.stringify({ ...init, engines: { ...engines(old), ...own } });
  const entry = plugin ?? { name: PLUGIN, library_path: 'libcontainer.so', init_config: '', open_params: '' };
  const others = config.plugins.filter(other => other !== plugin);
  return { ...config, plugins: [...others, { ...entry, init_config }] };
}

function engines(old: Json): Json {
  const found: Record<string, unknown> = {};
  for (const name of ENGINES) {
    const engine = old[name];
    if (isMapping(engine) && 'enabled' in engine) found[name] = { enabled: engine['enabled'] };
  }
  const { cri } = old;
  if (!isMapping(cri)) return found;
  const key = SOCKETS.find(name => name in cri);
  found['cri'] = {
    ...('enabled' in cri ? { enabled: cri['enabled'] } : {}),
    ...(key === undefined ? {} : { sockets: [cri[key]].flat() }),
  };
  return found;
}

function parsed(text: string): Json | undefined {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return isMapping(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
