import assert from 'node:assert/strict';
import { join } from 'node:path';
import {
  bytes,
  describeDriver,
  result,
  room,
  word,
  words,
  type Argument,
  type Bench,
  type Call,
  type Sent,
} from './calls.js';

const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;
const STREAM = 1;
const DATAGRAM = 2;
const ECONNREFUSED = -111;
const EINPROGRESS = -115;
const NONBLOCK = 0o4000;
const CLOEXEC = 0o2000000;

const inet = (port: number, address = [127, 0, 0, 1]): Buffer =>
  Buffer.from([AF_INET, 0, port >> 8, port & 255, ...address, 0, 0, 0, 0, 0, 0, 0, 0]);
const loopback6 = [...Array<number>(15).fill(0), 1];
const inet6 = (port: number): Buffer =>
  Buffer.from([AF_INET6, 0, port >> 8, port & 255, 0, 0, 0, 0, ...loopback6, 0, 0, 0, 0]);
const unix = (path: string): Buffer =>
  Buffer.concat([Buffer.from([AF_UNIX, 0]), Buffer.from(path, 'latin1')]);

const text = (...values: number[]): string => Buffer.from(values).toString('latin1');
const port = (value: number): number[] => [value & 255, value >> 8];
const plain = ({ name, params }: Sent): unknown => ({ is: name, ...params });

const u64 = (...values: (number | bigint)[]): Buffer => {
  const out = Buffer.alloc(8 * values.length);
  values.forEach((value, index) => out.writeBigUInt64LE(BigInt(value), 8 * index));
  return out;
};

let nextPort = 41_000 + (process.pid % 1000);

describeDriver('The driver on sockets', getBench => {
  let bench: Bench;
  before(() => (bench = getBench()));
  const run = (calls: readonly Call[]): Sent[] => [...bench.perform(calls).sent];
  const addr = (address: Buffer): [Argument, number] => [bytes(address), address.length];

  it('gives an IPv4 connection with both ends, from both sides', () => {
    const server = nextPort++;
    const sent = run([
      ['socket', AF_INET, STREAM | CLOEXEC, 6],
      ['bind', result(0), ...addr(inet(server))],
      ['listen', result(0), 7],
      ['socket', AF_INET, STREAM, 0],
      ['connect', result(3), ...addr(inet(server))],
      ['accept', result(0), 0, 0],
      ['socket', AF_INET, STREAM | NONBLOCK, 0],
      ['connect', result(6), ...addr(inet(1))],
      ['bind', result(6), ...addr(inet(server))],
      ['accept4', 777, 0, 0, NONBLOCK],
    ]);
    const [listening, , , , connected, accepted] = sent as [Sent, Sent, Sent, Sent, Sent, Sent];
    const fd = listening.params['fd'];
    const sockaddr = text(AF_INET, 127, 0, 0, 1, ...port(server));
    assert.deepEqual(sent.map(plain).slice(0, 4), [
      { is: 'socket', fd, domain: AF_INET, type: STREAM | CLOEXEC, proto: 6, flags: 0x1000 },
      { is: 'bind', res: 0, addr: sockaddr, fd },
      { is: 'listen', res: 0, fd, backlog: 7 },
      { is: 'socket', fd: Number(fd) + 1, domain: AF_INET, type: STREAM, proto: 0, flags: 0 },
    ]);
    const tuple = String(connected.params['tuple']);
    const local = tuple.slice(5, 7);
    assert.deepEqual(connected.params, {
      res: 0,
      tuple: text(AF_INET, 127, 0, 0, 1) + local + text(127, 0, 0, 1, ...port(server)),
      fd: Number(fd) + 1,
      addr: sockaddr,
    });
    assert.deepEqual(accepted.params, { fd: Number(fd) + 2, tuple, queuepct: 0, queuelen: 0, queuemax: 7 });
    const [, refused, inUse, bad] = sent.slice(6) as [Sent, Sent, Sent, Sent];
    assert.equal(sent[6]!.params['flags'], 0x40);
    assert.ok([ECONNREFUSED, EINPROGRESS].includes(Number(refused.params['res'])));
    assert.equal(refused.params['addr'], text(AF_INET, 127, 0, 0, 1, 1, 0));
    assert.equal(refused.params['tuple'] === null, refused.params['res'] === ECONNREFUSED);
    assert.deepEqual([inUse.params['res'], inUse.params['addr']], [Number(inUse.params['res']), sockaddr]);
    assert.deepEqual(plain(bad), {
      is: 'accept4',
      fd: -9,
      tuple: null,
      queuepct: 0,
      queuelen: 0,
      queuemax: 0,
      flags: 0x40,
    });
  });

  it('gives an IPv6 connection', () => {
    const server = nextPort++;
    const sent = run([
      ['socket', AF_INET6, STREAM, 0],
      ['bind', result(0), ...addr(inet6(server))],
      ['listen', result(0), 1],
      ['socket', AF_INET6, STREAM, 0],
      ['connect', result(3), ...addr(inet6(server))],
      ['accept4', result(0), 0, 0, CLOEXEC],
    ]);
    const tuple = String(sent[4]!.params['tuple']);
    assert.equal(sent[1]!.params['addr'], text(AF_INET6, ...loopback6, ...port(server)));
    assert.equal(sent[4]!.params['addr'], text(AF_INET6, ...loopback6, ...port(server)));
    assert.equal(
      tuple,
      text(AF_INET6, ...loopback6) + tuple.slice(17, 19) + text(...loopback6, ...port(server)),
    );
    assert.equal(sent[5]!.params['tuple'], tuple);
    assert.equal(sent[5]!.params['flags'], 0x1000);
  });

  it('gives unix sockets by path, abstract and without a name', () => {
    const path = join(bench.directory, 'u');
    const long = `/tmp/${'x'.repeat(103)}`;
    const sent = run([
      ['socket', AF_UNIX, STREAM, 0],
      ['bind', result(0), ...addr(unix(path))],
      ['listen', result(0), 3],
      ['socket', AF_UNIX, STREAM, 0],
      ['connect', result(3), ...addr(unix(path))],
      ['accept', result(0), 0, 0],
      ['socket', AF_UNIX, DATAGRAM, 0],
      ['bind', result(6), ...addr(unix(`\0name-${String(process.pid)}`))],
      ['connect', result(3), ...addr(unix(long))],
      ['unlinkat', -100, path, 0],
      ['socketpair', AF_UNIX, STREAM, 0, room(8)],
    ]);
    assert.equal(sent[1]!.params['addr'], `\x01${path}\0`);
    assert.equal(sent[7]!.params['addr'], `\x01name-${String(process.pid)}\0`);
    assert.equal(sent[8]!.params['addr'], `\x01${long}\0`);
    assert.equal(sent[8]!.params['tuple'], null);
    const outbound = String(sent[4]!.params['tuple']);
    const inbound = String(sent[5]!.params['tuple']);
    assert.equal(outbound.slice(17), `${path}\0`);
    assert.equal(inbound.slice(17), `${path}\0`);
    // Peer then own on the way out; own then peer on the way in: the same two sockets.
    assert.equal(outbound.slice(0, 17), inbound.slice(0, 17));
    const pair = sent[10]!.params;
    assert.ok(Number(pair['fd1']) >= 0 && Number(pair['fd2']) === Number(pair['fd1']) + 1);
    assert.ok(pair['source'] !== 0 && pair['peer'] !== 0 && pair['source'] !== pair['peer']);
    assert.deepEqual([pair['domain'], pair['type'], pair['proto']], [AF_UNIX, STREAM, 0]);
  });

  it('gives datagrams with their data and addresses', () => {
    const server = nextPort++;
    const message = u64(0, 0, 0, 0, 0, 0, 0);
    const sent = run([
      ['socket', AF_INET, DATAGRAM, 0],
      ['bind', result(0), ...addr(inet(server))],
      ['socket', AF_INET, DATAGRAM, 0],
      ['sendto', result(2), 'hello', 5, 0, ...addr(inet(server))],
      ['recvfrom', result(0), room(100), 100, 0, room(16), bytes(Buffer.from([16, 0, 0, 0]))],
      ['sendto', 777, 'lost', 4, 0, ...addr(inet(server))],
      ['sendto', result(2), 'x'.repeat(500), 500, 0, ...addr(inet(server))],
      ['sendmsg', result(2), 0, 0],
      ['sendmsg', result(2), bytes(message), 0],
      ['recvmsg', result(0), 0, 0x40],
    ]);
    const [out, into, lost, big, broken, nothing, failed] = sent
      .slice(3)
      .map(({ params }) => params) as Sent['params'][];
    assert.equal(out!['data'], 'hello');
    assert.deepEqual([out!['res'], out!['size']], [5, 5]);
    const tuple = String(out!['tuple']);
    assert.equal(tuple.slice(7), text(127, 0, 0, 1, ...port(server)));
    const client = tuple.slice(5, 7);
    assert.deepEqual([into!['res'], into!['data'], into!['size']], [5, 'hello', 100]);
    assert.equal(into!['tuple'], text(AF_INET, 127, 0, 0, 1) + client + text(127, 0, 0, 1, ...port(server)));
    assert.deepEqual(lost, { res: -9, data: 'lost', fd: 777, size: 4, tuple: null });
    assert.equal(big!['data'], 'x'.repeat(80));
    assert.deepEqual(
      [broken!['res'], broken!['data'], broken!['size'], broken!['tuple']],
      [-14, null, null, null],
    );
    assert.deepEqual([nothing!['data'], nothing!['size'], nothing!['tuple']], [null, 0, null]);
    assert.deepEqual(
      [failed!['size'], failed!['data'], failed!['tuple'], failed!['msgcontrol']],
      [0, null, null, null],
    );
  });

  it('gathers the pieces of sendmsg and recvmsg', () => {
    const sent = run([
      ['socketpair', AF_UNIX, STREAM, 0, room(8)],
      ['close', 778, 'first ', 'second', room(40), room(40)],
      ['close', 778, words([1, 1], 6, [1, 2], 6), words([1, 3], 4, [1, 4], 40)],
      ['sendmsg', word(0, 3, 0), words(0, 0, [2, 1], 2, 0, 0, 0), 0],
      ['recvmsg', word(0, 3, 1), words(0, 0, [2, 2], 2, [1, 3], 0, 0), 0],
    ]);
    const [out, into] = sent.slice(3) as [Sent, Sent];
    assert.deepEqual([out.params['res'], out.params['size'], out.params['data']], [12, 12, 'first second']);
    assert.deepEqual(
      [into.params['res'], into.params['size'], into.params['data']],
      [12, 12, 'first second'],
    );
    assert.equal(String(out.params['tuple']).length, 18);
    assert.equal(into.params['msgcontrol'], null);
  });

  if (process.arch === 'x64') {
    it('unpacks a 32-bit socketcall', () => {
      const server = nextPort++;
      const narrow = (...values: number[]): Argument => {
        const out = Buffer.alloc(24);
        values.forEach((value, index) => out.writeInt32LE(value, 4 * index));
        return bytes(out);
      };
      const sent = run([
        [{ ia32: 102, name: 'socket' }, 1, narrow(AF_INET, STREAM, 6)],
        [{ ia32: 102, name: 'listen' }, 4, narrow(3, 9)],
        ['bind', result(0), ...addr(inet(server))],
      ]);
      assert.deepEqual(plain(sent[0]!), {
        is: 'socket',
        fd: sent[0]!.params['fd'],
        domain: AF_INET,
        type: STREAM,
        proto: 6,
        flags: 0,
      });
      assert.equal(sent[1]!.name, 'listen');
      assert.deepEqual([sent[1]!.params['fd'], sent[1]!.params['backlog']], [3, 9]);
    });
  }
});
