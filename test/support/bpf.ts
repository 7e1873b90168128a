/** BPF objects as the kernel counts them: which ones a process holds, and whether they are gone. */
import { readdirSync, readFileSync } from 'node:fs';
import { spawn, spawnSync } from 'node:child_process';
import { eventually } from './process.js';

const tools = { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };

export interface BpfObjects {
  readonly programs: readonly number[];
  readonly maps: readonly number[];
  readonly links: readonly number[];
}

/** Ids of all BPF objects that a process has a descriptor of. */
export function bpfObjects(pid: number | 'self'): BpfObjects {
  const folder = `/proc/${String(pid)}/fdinfo`;
  const ids = { programs: new Set<number>(), maps: new Set<number>(), links: new Set<number>() };
  for (const fd of readdirSync(folder)) {
    let text: string;
    try {
      text = readFileSync(`${folder}/${fd}`, 'latin1');
    } catch {
      continue;
    }
    const id = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
    if (id('link_id')) ids.links.add(id('link_id'));
    else if (id('prog_id')) ids.programs.add(id('prog_id'));
    if (id('map_id')) ids.maps.add(id('map_id'));
  }
  return { programs: [...ids.programs], maps: [...ids.maps], links: [...ids.links] };
}

/** Instructions of each program, as the kernel has them. */
export function programLengths(programs: readonly number[]): readonly number[] {
  return programs.map(id => {
    const shown = spawnSync('bpftool', ['-j', 'prog', 'show', 'id', String(id)], { env: tools });
    return (JSON.parse(shown.stdout.toString()) as { bytes_xlated: number }).bytes_xlated / 8;
  });
}

/** Waits until none of them is left; the kernel frees them a moment after the last user has gone. */
export async function bpfObjectsGone(objects: BpfObjects): Promise<void> {
  const kinds = [
    ['prog', objects.programs],
    ['map', objects.maps],
    ['link', objects.links],
  ] as const;
  for (const [kind, ids] of kinds) {
    await eventually(
      `the last BPF ${kind} is gone`,
      () => {
        const listed = spawnSync('bpftool', ['-j', kind, 'list'], { env: tools });
        const present = new Set(
          (JSON.parse(listed.stdout.toString()) as { id: number }[]).map(object => object.id),
        );
        return !ids.some(id => present.has(id));
      },
      10_000,
    );
  }
}

/** Lists all maps again and again, opening each, as a monitoring tool does; `stop` returns how often it was done. */
export function watchBpfMaps(): { stop: () => Promise<number> } {
  let going = true;
  const watching = (async () => {
    let looks = 0;
    while (going) {
      const child = spawn('bpftool', ['map', 'list'], { env: tools, stdio: 'ignore' });
      const code = await new Promise(done => child.on('error', done).on('exit', done));
      // A map that goes away between two of the tool's questions makes it fail; it has looked all the same.
      if (typeof code === 'number') looks += 1;
      else going = false;
    }
    return looks;
  })();
  return {
    stop: () => {
      going = false;
      return watching;
    },
  };
}
