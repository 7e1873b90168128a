/** --version: text, or JSON where alerts are JSON. */
import { BUILT_IN_PLUGINS } from '../rules/plugins.js';
import { machine, versions } from './installation.js';

export function versionText(json: boolean): string {
  const { falco, engine, pluginApi, driverApi, driverSchema } = versions();
  if (!json) {
    return [
      `Falco version: ${falco}`,
      `Libs version:  ${falco}`,
      `Plugin API:    ${pluginApi}`,
      `Engine:        ${engine}`,
      'Driver:',
      `  API version:    ${driverApi}`,
      `  Schema version: ${driverSchema}`,
      `  Default driver: ${falco}+driver`,
      '',
    ].join('\n');
  }
  return `${JSON.stringify(versionParts())}\n`;
}

/** What --version tells as JSON, and /versions: falcoctl compares it with what an artifact requires. (reference/falco/packaging.md 9.4) */
export function versionParts(): Readonly<Record<string, unknown>> {
  const { falco, engine, pluginApi, driverApi, driverSchema } = versions();
  return {
    default_driver_version: `${falco}+driver`,
    driver_api_version: driverApi,
    driver_schema_version: driverSchema,
    // The old form of the version was a number: what is the second part today.
    engine_version: engine.split('.')[1],
    engine_version_semver: engine,
    falco_version: falco,
    libs_version: falco,
    plugin_api_version: pluginApi,
    // Built in, and so always loaded.
    plugin_versions: Object.fromEntries(BUILT_IN_PLUGINS.map(({ name, version }) => [name, version])),
  };
}

/** First line of the log. */
export function versionLine(): string {
  return `Falco version: ${versions().falco} (${machine()})`;
}
