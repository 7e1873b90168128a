import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVENT_BLOCK_OVERHEAD, putEventBlock } from '../../daemon/sources/capture/event-block.js';
import { hostBlocks, type HostDescription } from '../../daemon/sources/capture/host-writer.js';
import { CaptureSource } from '../../daemon/sources/capture/source.js';
import { Inspector } from '../../daemon/state/inspector.js';
import { describeShared, sharedPath } from '../support/shared.js';

const CAPTURES = [
  'live/a1',
  'live/a2',
  'live/a3',
  'old/curl_google',
  'old/privileged',
  'old/single_ipv6_conn',
];

const host: HostDescription = {
  cpus: 2,
  memoryBytes: 4e9,
  maxPid: 4_194_304,
  hostname: 'round-trip',
  bootTime: 0n,
  interfaces: [{ name: 'eth0', address: '\x0a\0\x02\x0f', netmask: '\xff\xff\xff\0' }],
};

interface Content {
  /** The host as it is when the first event comes, as a capture has it. */
  readonly opening: Buffer;
  /** All events, one record after the other, with the offset and the CPU of each. */
  readonly records: Buffer;
  readonly offsets: readonly number[];
  readonly cpus: readonly number[];
}

async function contentOf(path: string): Promise<Content> {
  const inspector = new Inspector({ live: false });
  const opened = await CaptureSource.open(path, inspector);
  assert.ok(opened.ok);
  const { source } = opened;
  let opening: Buffer | null = null;
  const records: Buffer[] = [];
  const offsets: number[] = [];
  const cpus: number[] = [];
  let at = 0;
  const onRecord = (batch: Buffer, offset: number, cpu: number): void => {
    opening ??= hostBlocks(host, inspector.threads.values(), inspector.accounts);
    const record = Buffer.from(batch.subarray(offset, offset + batch.readUInt32LE(offset + 16)));
    records.push(record);
    offsets.push(at);
    cpus.push(cpu);
    at += record.length;
  };
  while (source.step(1000, onRecord) !== 'end') await source.fill();
  await source.close();
  assert.equal(source.problem, null);
  assert.ok(opening !== null);
  return { opening, records: Buffer.concat(records), offsets, cpus };
}

function written({ opening, records, offsets, cpus }: Content): Buffer {
  const blocks = Buffer.alloc(records.length + offsets.length * EVENT_BLOCK_OVERHEAD);
  let end = 0;
  offsets.forEach((offset, i) => (end = putEventBlock(blocks, end, records, offset, cpus[i]!)));
  return Buffer.concat([opening, blocks.subarray(0, end)]);
}

describeShared('a capture that is read and written again', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(join(tmpdir(), 'falco-round-trip-'))));
  after(() => rmSync(folder, { recursive: true }));

  for (const name of CAPTURES) {
    it(`has the same host and the same events: ${name}`, async () => {
      const first = await contentOf(sharedPath(`captures/${name}.scap`));
      const path = join(folder, `${name.replace('/', '-')}.scap`);
      writeFileSync(path, written(first));
      const second = await contentOf(path);
      assert.ok(first.offsets.length > 100);
      assert.deepEqual(second.cpus, first.cpus);
      assert.ok(second.records.equals(first.records), 'the records differ');
      assert.ok(second.opening.equals(first.opening), 'the host differs');
    });
  }

  it('is a pcapng file to the tools that read those, with a frame for each event', async () => {
    const content = await contentOf(sharedPath('captures/old/privileged.scap'));
    const path = join(folder, 'tools.scap');
    writeFileSync(path, written(content));
    const infos = execFileSync('capinfos', ['-t', path], { encoding: 'utf8' });
    assert.match(infos, /File type: .*pcapng/);
    const frames = execFileSync('tshark', ['-r', path, '-T', 'fields', '-e', 'frame.protocols'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const lines = frames.trim().split('\n');
    assert.equal(lines.length, content.offsets.length);
    assert.deepEqual(new Set(lines), new Set(['sysdig']));
  });
});
