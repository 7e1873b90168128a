/** Sockets that were there before a capture began: which side of a connection is the host's. */
import assert from 'node:assert/strict';
import { bindField } from '../../../../daemon/fields/registry.js';
import type { FieldValue } from '../../../../daemon/fields/field.js';
import { parseIp } from '../../../../daemon/events/address.js';
import { writeRecord } from '../../../../daemon/events/record-writer.js';
import { FdType, L4Proto } from '../../../../daemon/state/fd.js';
import { block, bytes, eventBlock, readCapture, section, type Piece } from '../../../support/capture-file.js';

const READ = 7;
const PROCESSES_V1 = 0x202;
const FDS_V1 = 0x203;

const raw = (ip: string): Buffer => Buffer.from(parseIp(ip)!, 'latin1');

/** A thread of its own, in the first version of the list. */
function process(tid: number): readonly Piece[] {
  // prettier-ignore
  return [[64, tid], [64, tid], [64, 1], 'sshd', 'sshd', '', '/', [64, 1024], [32, 0], [32, 0], [32, 0]];
}

function server(num: number, type: FdType, ip: string, port: number): Buffer {
  return bytes([64, num], [64, 0], [8, type], raw(ip), [16, port], [8, L4Proto.tcp]);
}

function connection(
  num: number,
  type: FdType,
  ends: readonly [ip: string, port: number][],
  l4: L4Proto,
): Buffer {
  const [[local = '', localPort = 0] = [], [remote = '', remotePort = 0] = []] = ends;
  return bytes(
    [64, num],
    [64, 0],
    [8, type],
    raw(local),
    raw(remote),
    [16, localPort],
    [16, remotePort],
    [8, l4],
  );
}

/** What the fields say at a read of each descriptor of process 20. */
async function valuesOf(
  numbers: readonly number[],
  fields: readonly string[],
  ...fds: readonly Buffer[]
): Promise<FieldValue[][]> {
  const bound = fields.map(name => {
    const resolution = bindField(name, null, 'syscall');
    if (!resolution.ok) throw new Error(resolution.message);
    return resolution.field;
  });
  const events = numbers.map(num =>
    eventBlock(writeRecord({ type: READ, time: 5n, tid: 20, params: [1, Buffer.from('x'), num, 1] })),
  );
  const values: FieldValue[][] = [];
  const { problem } = await readCapture(
    Buffer.concat([
      section(),
      block(PROCESSES_V1, ...process(10), ...process(20)),
      // The port is another process's, and its list may come before or after.
      block(FDS_V1, [64, 20], ...fds),
      block(
        FDS_V1,
        [64, 10],
        server(3, FdType.ipv4Server, '0.0.0.0', 22),
        server(4, FdType.ipv6Server, '::', 80),
      ),
      ...events,
    ]),
    ({ view }) => values.push(bound.map(field => field.extract(view))),
  );
  assert.equal(problem, null);
  return values;
}

describe('connections that were there before a capture', () => {
  it('are a server’s when anybody listens at their own port, else a client’s', async () => {
    const values = await valuesOf(
      [5, 6, 7],
      ['fd.name', 'fd.cport', 'fd.sport', 'fd.connected'],
      connection(
        5,
        FdType.ipv4,
        [
          ['10.0.0.1', 22],
          ['10.0.0.2', 4000],
        ],
        L4Proto.tcp,
      ),
      connection(
        6,
        FdType.ipv4,
        [
          ['10.0.0.1', 80],
          ['10.0.0.2', 4001],
        ],
        L4Proto.tcp,
      ),
      connection(
        7,
        FdType.ipv4,
        [
          ['10.0.0.1', 5000],
          ['10.0.0.2', 53],
        ],
        L4Proto.udp,
      ),
    );
    assert.deepEqual(values, [
      ['10.0.0.2:4000->10.0.0.1:22', 4000, 22, true],
      ['10.0.0.2:4001->10.0.0.1:80', 4001, 80, true],
      ['10.0.0.1:5000->10.0.0.2:53', 5000, 53, false],
    ]);
  });

  it('have no ends with IPv6, unless that carries IPv4: only checks of either end, and local and remote ones', async () => {
    const values = await valuesOf(
      [5, 6],
      ['fd.name', 'fd.cip', 'fd.sip', 'fd.sport', 'fd.sproto', 'fd.rport'],
      connection(
        5,
        FdType.ipv6,
        [
          ['fd00::1', 80],
          ['fd00::2', 4000],
        ],
        L4Proto.tcp,
      ),
      connection(
        6,
        FdType.ipv6,
        [
          ['::ffff:10.0.0.1', 80],
          ['::ffff:10.0.0.2', 4001],
        ],
        L4Proto.tcp,
      ),
    );
    assert.deepEqual(values, [
      ['fd00::1:80->fd00::2:4000', null, null, null, null, 80],
      ['10.0.0.2:4001->10.0.0.1:80', parseIp('10.0.0.2'), parseIp('10.0.0.1'), 80, '80', 4001],
    ]);
  });
});
