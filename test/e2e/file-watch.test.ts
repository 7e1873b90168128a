import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isBeingWritten } from '../../daemon/addon/writers.js';
import { watchFiles, type FileWatch } from '../../daemon/service/file-watch.js';
import { eventually, sleep, startProcess } from '../support/process.js';

describe('The watch over files', () => {
  let folder = '';
  let watch: FileWatch | undefined;
  let changes = 0;

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'falco-watch-'))));
  afterEach(() => {
    watch?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const at = (...names: string[]): string => join(folder, ...names);

  async function over(...paths: string[]): Promise<void> {
    watch?.close();
    changes = 0;
    watch = watchFiles(
      () => changes++,
      text => assert.fail(text),
    );
    watch.update(paths);
    // New paths are always looked at once.
    await eventually('the first look', () => changes === 1);
    changes = 0;
  }

  /** Just one report for what is done, however many steps it takes. */
  async function reports(what: () => void): Promise<void> {
    changes = 0;
    what();
    await eventually('a report', () => changes > 0, 3000);
    await sleep(400);
    assert.equal(changes, 1);
  }

  it('tells of a file that is written, in place or by renaming, again and again', async () => {
    writeFileSync(at('a'), '1');
    await over(at('a'));
    await reports(() => writeFileSync(at('a'), '2'));
    await reports(() => {
      writeFileSync(at('.a.swp'), '3');
      renameSync(at('.a.swp'), at('a'));
    });
    await reports(() => appendFileSync(at('a'), '4'));
    await reports(() => {
      renameSync(at('a'), at('a~'));
      writeFileSync(at('a'), '5');
    });
  });

  it('tells of a file that goes and comes', async () => {
    writeFileSync(at('a'), '1');
    await over(at('a'));
    await reports(() => unlinkSync(at('a')));
    await reports(() => writeFileSync(at('a'), '1'));
  });

  it('does not tell of other files in the folder of a file', async () => {
    writeFileSync(at('a'), '1');
    await over(at('a'));
    writeFileSync(at('b'), '1');
    await sleep(500);
    assert.equal(changes, 0);
  });

  it('tells of files that come, change and go in a folder', async () => {
    mkdirSync(at('d'));
    await over(at('d'));
    await reports(() => writeFileSync(at('d', 'x'), '1'));
    await reports(() => writeFileSync(at('d', 'x'), '2'));
    await reports(() => unlinkSync(at('d', 'x')));
  });

  it('stays with the name when a folder is replaced', async () => {
    mkdirSync(at('d'));
    writeFileSync(at('d', 'x'), '1');
    await over(at('d'), at('d', 'x'));
    await reports(() => {
      renameSync(at('d'), at('old'));
      mkdirSync(at('d'));
      writeFileSync(at('d', 'x'), '2');
    });
    await reports(() => writeFileSync(at('d', 'x'), '3'));
    writeFileSync(at('old', 'x'), '4');
    await sleep(500);
    assert.equal(changes, 1);
  });

  it('sees a folder that was not there, whatever of its path is missing', async () => {
    await over(at('e', 'f', 'rules.yaml'));
    mkdirSync(at('e'));
    await sleep(400);
    mkdirSync(at('e', 'f'));
    await sleep(400);
    await reports(() => writeFileSync(at('e', 'f', 'rules.yaml'), '1'));
  });

  it('sees the swap of the link that Kubernetes lets the files of a ConfigMap lead through', async () => {
    const version = (name: string, text: string): void => {
      mkdirSync(at('vol', name), { recursive: true });
      writeFileSync(at('vol', name, 'rules.yaml'), text);
      symlinkSync(name, at('vol', '..data_tmp'));
      renameSync(at('vol', '..data_tmp'), at('vol', '..data'));
    };
    version('..2026_1', '1');
    symlinkSync('..data/rules.yaml', at('vol', 'rules.yaml'));
    await over(at('vol', 'rules.yaml'));
    for (const text of ['2', '3']) {
      await reports(() => version(`..2026_${text}`, text));
      rmSync(at('vol', `..2026_${String(Number(text) - 1)}`), { recursive: true });
      await sleep(400);
    }
    await over(at('vol'));
    await reports(() => version('..2026_4', '4'));
  });

  it('watches others when it is told so', async () => {
    for (const name of ['a', 'b']) writeFileSync(at(name), '1');
    await over(at('a'));
    watch!.update([at('b')]);
    await eventually('a look at the new one', () => changes === 1);
    changes = 0;
    writeFileSync(at('a'), '2');
    await sleep(500);
    assert.equal(changes, 0);
    await reports(() => writeFileSync(at('b'), '2'));
  });
});

describe('A file that somebody is writing', () => {
  it('is known while it is open for writing, and no longer', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'falco-writer-'));
    const path = join(folder, 'rules.yaml');
    writeFileSync(path, '');
    assert.equal(isBeingWritten(path), false);
    const writer = startProcess('sh', [
      '-c',
      `exec 3>>'${path}'; echo open; sleep 1; echo more >&3; exec 3>&-; echo closed; exec sleep 60`,
    ]);
    await writer.line('stdout', /open/);
    assert.equal(isBeingWritten(path), true);
    await writer.line('stdout', /closed/);
    assert.equal(isBeingWritten(path), false);
    await writer.stop('SIGKILL');
    assert.equal(isBeingWritten(join(folder, 'none')), false);
    assert.equal(isBeingWritten(folder), false);
    rmSync(folder, { recursive: true });
  });

  it('survives that writers come at the very moment of the question', async function () {
    this.timeout(70_000);
    const folder = mkdtempSync(join(tmpdir(), 'falco-writer-'));
    const path = join(folder, 'x');
    writeFileSync(path, '');
    const stop = join(folder, 'stop');
    const writer = startProcess('sh', [
      '-c',
      `echo go; while [ ! -e '${stop}' ]; do : >>'${path}'; done; echo done`,
    ]);
    await writer.line('stdout', /go/);
    // Until both have met often, in whatever order the machine lets them run.
    let met = 0;
    for (let asked = 0; asked < 5000 || met < 20; asked++) {
      if (isBeingWritten(path)) met++;
      if (asked % 500 === 0) await sleep(0);
    }
    writeFileSync(stop, '');
    await writer.line('stdout', /done/, 30_000);
    assert.deepEqual(await writer.ended, { code: 0, signal: null });
    rmSync(folder, { recursive: true });
  });
});
