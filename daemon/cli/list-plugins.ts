/**
 * --list-plugins and --plugin-info: what Falco has as plugins. This daemon has some of them built in and loads no
 * others; those are always there, whether the configuration names them or not. (reference/falco/cli.md 2.11)
 */
import { basename } from 'node:path';
import type { Config } from '../config/config.js';
import { CONTAINER_SCHEMA, containerSettings } from '../engine/container-settings.js';
import { OPEN_PARAMS, PLUGIN_SCHEMA } from '../sources/audit/settings.js';
import { BUILT_IN_PLUGINS } from '../rules/plugins.js';

interface PluginText {
  readonly description: string;
  readonly capabilities: readonly string[];
  /** Names under which configurations know the library. */
  readonly library: string;
  /** JSON schema of its init_config. */
  readonly schema?: unknown;
  /** What its source can be opened with, and what that means. */
  readonly openParams?: readonly (readonly [value: string, meaning: string])[];
}

const TEXTS: Readonly<Record<string, PluginText>> = {
  container: {
    description: 'Containers: their ids, names and images (built in)',
    capabilities: ['Field Extraction', 'Event Parsing', 'Async Events'],
    library: 'libcontainer.so',
    schema: CONTAINER_SCHEMA,
  },
  k8saudit: {
    description: 'Kubernetes audit events: from API servers over HTTP, or from files (built in)',
    capabilities: ["Event Sourcing (ID=1, source='k8s_audit')", 'Field Extraction'],
    library: 'libk8saudit.so',
    schema: PLUGIN_SCHEMA,
    openParams: OPEN_PARAMS,
  },
  json: {
    description: 'Any value of events that are JSON documents (built in)',
    capabilities: ['Field Extraction'],
    library: 'libjson.so',
  },
};

/** Without an entry under `plugins` nobody knows where its events come from. */
const NEEDS_PARAMETERS: ReadonlySet<string> = new Set(['k8saudit']);

function pluginText(name: string, version: string): string {
  const text = TEXTS[name];
  return [
    `Name: ${name}`,
    `Description: ${text?.description ?? 'built in'}`,
    'Contact: ',
    `Version: ${version}`,
    'Capabilities: ',
    ...(text?.capabilities ?? []).map(capability => `  - ${capability}`),
    '',
  ].join('\n');
}

export function pluginListing(): string {
  const texts = BUILT_IN_PLUGINS.map(({ name, version }) => pluginText(name, version));
  return `${String(texts.length)} Plugins Loaded:\n\n${texts.map(text => `${text}\n`).join('')}`;
}

/** @param wanted name or path of a library; @returns undefined for one that is not there */
export function pluginInfo(wanted: string): string | undefined {
  const plugin = BUILT_IN_PLUGINS.find(
    ({ name }) => name === wanted || TEXTS[name]?.library === basename(wanted),
  );
  if (plugin === undefined) return undefined;
  return [
    pluginText(plugin.name, plugin.version),
    ...schemaLines(TEXTS[plugin.name]?.schema),
    ...openParamsLines(TEXTS[plugin.name]?.openParams ?? []),
    '',
  ].join('\n');
}

function schemaLines(schema: unknown): readonly string[] {
  return schema === undefined
    ? [
        'Init config schema type: Not available, plugin does not implement the init config schema functionality',
      ]
    : ['Init config schema type: JSON', JSON.stringify(schema, null, 2)];
}

function openParamsLines(params: readonly (readonly [value: string, meaning: string])[]): readonly string[] {
  return params.length === 0
    ? [
        'No suggested open params available: plugin has not been configured, or it does not implement the open params suggestion functionality',
      ]
    : ['Suggested open params:', ...params.map(([value, meaning]) => `${value}: ${meaning}`)];
}

/**
 * What there is to say of plugins that the configuration asks for and that are not there.
 * @param isChosen whether it has load_plugins: without it, all plugins are meant
 */
export function pluginProblems(
  config: Config,
  isChosen: boolean,
): { readonly fatal?: string; readonly warnings: readonly string[] } {
  const containers = containerSettings(config);
  if (!containers.ok) return { fatal: containers.message, warnings: [] };
  const { plugins, load_plugins } = config;
  const known = new Set(BUILT_IN_PLUGINS.map(({ name }) => name));
  const configured = new Set(plugins.map(({ name }) => name));
  const unknown = load_plugins.find(
    name => !configured.has(name) && (!known.has(name) || NEEDS_PARAMETERS.has(name)),
  );
  if (unknown !== undefined) {
    const fatal = `Cannot load plugin '${unknown}': plugin config not found for given name`;
    return { fatal, warnings: [] };
  }
  const missing = [...configured].filter(
    name => !known.has(name) && (!isChosen || load_plugins.includes(name)),
  );
  const warnings = missing.map(
    name =>
      `Plugin '${name}' is not loaded: this daemon takes no libraries of others; built in: ${[...known].join(', ')}`,
  );
  return { warnings };
}
