import type { Config } from '../config/config.js';
import { readSettings, type ContainerSettingsResult } from '../containers/settings.js';

export { CONTAINER_SCHEMA } from '../containers/settings.js';

/** Name of the plugin whose `init_config` they are. */
const PLUGIN = 'container';

/** What the configuration says of containers; a message for what is wrong with it. */
export function containerSettings({ plugins }: Config): ContainerSettingsResult {
  const plugin = plugins.find(({ name }) => name === PLUGIN);
  return readSettings(plugin?.init_config ?? '', process.env['HOST_ROOT'] ?? '');
}
