import { fieldTable } from './tables/fields.js';

/**
 * What `suggested_output` appends to the outputs of rules: `container_id=%container.id` and so on, for every field
 * that is marked so; of the configuration's own, too. Empty when there are none.
 */
export function suggestedOutput(source: string, staticFields: Iterable<string>): string {
  const names = fieldTable
    .filter(row => (row.source === source || row.source === 'any') && row.flags.includes('format_suggested'))
    .map(row => row.name);
  for (const name of staticFields) names.push(`static.${name}`);
  return names.map(name => `${name.replaceAll('.', '_')}=%${name}`).join(' ');
}
