/** Reads attacks.txt. */
import { PLACES, type Attack, type Place } from './attack.js';

const COLUMNS = 7;

/** @throws Error naming the line that is not one of the table: the table is ours, not the user's */
export function readTable(text: string): readonly Attack[] {
  const attacks = text.split('\n').flatMap((line, index) => {
    if (line.trim() === '' || line.startsWith('#')) return [];
    const cells = line.split(' | ').map(cell => cell.trim());
    const [script, place, rule, processes, file, needs, does] = cells;
    if (cells.length !== COLUMNS || !isPlace(place!) || cells.includes(''))
      throw new Error(`attacks.txt, line ${index + 1}: ${line}`);
    const attack: Attack = {
      id: place === 'host' || place === 'start' ? script! : `${script!}@${place}`,
      script: script!,
      place,
      rule: rule!,
      processes: processes!.split(','),
      file: file === '-' ? null : file!,
      needs: needs === '-' ? [] : needs!.split(','),
      does: does!,
    };
    return [attack];
  });
  const ids = attacks.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Error(`attacks.txt: ${twice} is there twice`);
  return attacks;
}

function isPlace(word: string): word is Place {
  return (PLACES as readonly string[]).includes(word);
}
