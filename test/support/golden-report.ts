/**
 * Prints how the fields of the shared captures differ from the reference's, by field and type of event:
 * `node dist/test/support/golden-report.js [part of a capture's name] [part of a field's name]`
 */
import { goldenDumps } from './golden-dumps.js';
import { compareGolden, type Difference } from './golden.js';

const EXAMPLES = Number(process.env['EXAMPLES'] ?? 2);
const LONGEST = 160;
const [, , wantedCapture = '', wantedField = ''] = process.argv;

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** The groups of a list, largest first. */
function grouped(items: readonly Difference[], key: (item: Difference) => string): [string, Difference[]][] {
  const groups = new Map<string, Difference[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return [...groups].sort((a, b) => b[1].length - a[1].length);
}

let total = 0;
for (const { name, capture, golden, whole } of goldenDumps()) {
  if (!name.includes(wantedCapture)) continue;
  const { events, values, differences } = await compareGolden(capture, golden, whole);
  const wanted = differences.filter(({ field, why }) => why === null && field.includes(wantedField));
  total += wanted.length;
  console.log(`\n== ${name}: ${events} events, ${values} values, ${wanted.length} differences`);
  for (const [field, group] of grouped(wanted, ({ field }) => field)) {
    const types = grouped(group, ({ type }) => type);
    console.log(
      `${String(group.length).padStart(7)}  ${field}  (${types
        .slice(0, 8)
        .map(([type, all]) => `${type} ${all.length}`)
        .join(', ')})`,
    );
    for (const [, [example]] of grouped(group, ({ expected, actual }) => `${expected}\n${actual}`).slice(
      0,
      EXAMPLES,
    ))
      console.log(
        `           ${example!.num} ${example!.type}: expected ${shortened(example!.expected)} got ${shortened(example!.actual)}`,
      );
  }
}
console.log(`\n${total} differences`);
