/** `required_plugin_versions`: whether the plugins that rules files ask for are there. */
import type { PluginRequirement } from './item.js';
import type { PluginVersion } from './options.js';
import { isCompatible } from './version.js';

/** What upstream delivers as plugins and this daemon has built in. */
export const BUILT_IN_PLUGINS: readonly PluginVersion[] = [
  { name: 'container', version: '0.7.1' },
  { name: 'k8saudit', version: '0.18.0' },
  { name: 'json', version: '0.7.4' },
];

/** Why none of `anyOf` will do; null when one does. */
export function unmetRequirement(
  anyOf: readonly PluginRequirement[],
  plugins: readonly PluginVersion[],
): string | null {
  for (const { name, version } of anyOf) {
    const plugin = plugins.find(candidate => candidate.name === name);
    if (plugin === undefined) continue;
    if (isCompatible(plugin.version, version)) return null;
    return `Plugin '${name}' version '${plugin.version}' is not compatible with required plugin version '${version}'`;
  }
  const names = anyOf.map(({ name, version }) => `${name} (>= ${version})`).join(', ');
  return `Plugin requirement not satisfied, must load one of: ${names}`;
}
