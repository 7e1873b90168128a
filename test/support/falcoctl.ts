/**
 * What falcoctl does that concerns the daemon, as its manual tells: `artifact follow` asks the daemon for its versions, takes an
 * artifact when these are enough for it, and writes its rules file. The registry is left out.
 */
import {
  chownSync,
  closeSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { sleep } from './process.js';

export interface Artifact {
  readonly content: string;
  /** Names of versions, and the lowest that will do. */
  readonly requirements: Readonly<Record<string, string>>;
}

/** Ways in which tools replace a file. */
export const WAYS = {
  'written beside and renamed': (path, text) => {
    const beside = join(dirname(path), `.${basename(path)}.tmp`);
    writeFileSync(beside, text);
    renameSync(beside, path);
  },
  'emptied and written in one go': (path, text) => writeFileSync(path, text),
  'emptied and written in slow pieces': async (path, text) => {
    const fd = openSync(path, 'w');
    for (const piece of piecesOf(text, 8)) {
      writeSync(fd, piece);
      await sleep(1000);
    }
    closeSync(fd);
  },
  'removed and made anew': async (path, text) => {
    rmSync(path);
    await sleep(300);
    writeFileSync(path, text);
  },
  'replaced by a link to another folder': (path, text) => {
    const elsewhere = join(dirname(path), `elsewhere-${String(Date.now())}`);
    writeFileSync(elsewhere, text);
    symlinkSync(elsewhere, `${path}.link`);
    renameSync(`${path}.link`, path);
  },
  'of another owner, and readable for that one only': (path, text) => {
    writeFileSync(`${path}.new`, text, { mode: 0o600 });
    chownSync(`${path}.new`, 65534, 65534);
    renameSync(`${path}.new`, path);
  },
} satisfies Record<string, (path: string, text: string) => void | Promise<void>>;

export type Way = keyof typeof WAYS;

/** @returns why the artifact was not taken, undefined when it was */
export async function follow(
  versionsUrl: string,
  artifact: Artifact,
  file: string,
  way: Way = 'written beside and renamed',
): Promise<string | undefined> {
  const answer = await fetch(versionsUrl);
  if (!answer.ok) return `${versionsUrl}: ${String(answer.status)}`;
  // Versions are those values that are texts.
  const versions = Object.entries((await answer.json()) as Record<string, unknown>);
  const known = new Map(versions.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  for (const [name, needed] of Object.entries(artifact.requirements)) {
    const present = known.get(name);
    if (present === undefined) return `${name} is not known`;
    if (!isEnough(present, needed)) return `${name} ${needed} is needed, and ${present} there`;
  }
  await WAYS[way](file, artifact.content);
  return undefined;
}

/** Semantic versions are compatible within a major version, from the one that is needed on. */
function isEnough(present: string, needed: string): boolean {
  const [have, want] = [present, needed].map(text => text.split('.').map(Number)) as [number[], number[]];
  if (have[0] !== want[0]) return false;
  for (const i of [1, 2]) if (have[i] !== want[i]) return (have[i] ?? 0) > (want[i] ?? 0);
  return true;
}

function piecesOf(text: string, count: number): string[] {
  const size = Math.ceil(text.length / count);
  return Array.from({ length: count }, (_, i) => text.slice(i * size, (i + 1) * size));
}
