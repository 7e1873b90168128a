/** The dumps of fields that lie beside the shared captures. */
import { readdirSync } from 'node:fs';
import { sharedPath } from './shared.js';

export interface GoldenDump {
  readonly name: string;
  readonly capture: string;
  readonly golden: string;
  /** It has all events that are shown. */
  readonly whole: boolean;
}

const OLD = 'captures/old';
const LIVE = 'captures/live';

export function goldenDumps(): readonly GoldenDump[] {
  const old = readdirSync(sharedPath(`${OLD}/golden`)).map(file => {
    const name = file.replace('.jsonl.gz', '');
    return {
      name: `old/${name}`,
      capture: sharedPath(`${OLD}/${name}.scap`),
      golden: sharedPath(`${OLD}/golden/${file}`),
      whole: true,
    };
  });
  const live = readdirSync(sharedPath(`${LIVE}/expected`))
    .filter(file => /fields\.jsonl\.gz$/.test(file))
    .map(file => ({
      name: `live/${file.replace('.jsonl.gz', '')}`,
      capture: sharedPath(`${LIVE}/${file.split('.')[0]!}.scap`),
      golden: sharedPath(`${LIVE}/expected/${file}`),
      whole: false,
    }));
  return [...old, ...live];
}
