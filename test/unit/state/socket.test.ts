import assert from 'node:assert/strict';
import { FdType, L4Proto } from '../../../daemon/state/fd.js';
import type { FdInfo } from '../../../daemon/state/fd.js';
import { MadeUpHost } from '../../support/made-up-host.js';

const SOCKET = 19;
const BIND = 21;
const CONNECT = 23;
const SENDTO = 31;
const RECVFROM = 35;
const GETSOCKOPT = 47;
const ACCEPT4 = 389;
const AF_INET = 2;
const AF_INET6 = 10;
const STREAM = 1;
const DGRAM = 2;

function address(text: string): Buffer {
  const [ip = '', port = '0'] = text.split(':');
  const bytes = Buffer.alloc(6);
  ip.split('.').forEach((part, i) => bytes.writeUInt8(Number(part), i));
  bytes.writeUInt16LE(Number(port), 4);
  return bytes;
}

const sockaddr = (text: string): Buffer => Buffer.concat([Buffer.from([AF_INET]), address(text)]);
const tuple = (from: string, to: string): Buffer =>
  Buffer.concat([Buffer.from([AF_INET]), address(from), address(to)]);

function mapped(from: string, to: string): Buffer {
  const wide = (text: string): Buffer =>
    Buffer.concat([Buffer.alloc(10), Buffer.from([0xff, 0xff]), address(text)]);
  return Buffer.concat([Buffer.from([AF_INET6]), wide(from), wide(to)]);
}

function unixTuple(source: bigint, target: bigint, path: string): Buffer {
  const bytes = Buffer.alloc(17);
  bytes[0] = 1;
  bytes.writeBigUInt64LE(source, 1);
  bytes.writeBigUInt64LE(target, 9);
  return Buffer.concat([bytes, Buffer.from(`${path}\0`)]);
}

function fd(host: MadeUpHost): FdInfo {
  return host.inspector.view.fd!;
}

describe('sockets', () => {
  it('have neither name nor transport before they are used', () => {
    const host = new MadeUpHost();
    host.send(SOCKET, [3, AF_INET, STREAM, 0, 0]);
    assert.deepEqual([fd(host).type, fd(host).name, fd(host).l4proto], [FdType.ipv4, '', L4Proto.na]);
  });

  it('name client and server once they are connected', () => {
    const host = new MadeUpHost();
    host.send(SOCKET, [3, AF_INET, STREAM, 0, 0]);
    host.send(CONNECT, [0, tuple('10.0.0.1:4000', '10.0.0.2:443'), 3, sockaddr('10.0.0.2:443')]);
    assert.deepEqual(
      [fd(host).name, fd(host).role, fd(host).l4proto, fd(host).connected, host.inspector.view.fdNameChanged],
      ['10.0.0.1:4000->10.0.0.2:443', 'client', L4Proto.tcp, true, true],
    );
  });

  it('keep what they were when a connect fails, and learn of a failure later', () => {
    const host = new MadeUpHost();
    host.send(SOCKET, [3, AF_INET, STREAM, 0, 0]);
    host.send(CONNECT, [-111, null, 3, sockaddr('10.0.0.2:443')]);
    assert.equal(fd(host).name, '');
    host.send(CONNECT, [-115, tuple('10.0.0.1:4000', '10.0.0.2:443'), 3, sockaddr('10.0.0.2:443')]);
    host.send(GETSOCKOPT, [0, 3, 1, 4, Buffer.from('0191ffffffffffffff', 'hex'), 4]);
    assert.equal(fd(host).connected, false);
  });

  it('show a mapped address as IPv4', () => {
    const host = new MadeUpHost();
    host.send(SOCKET, [3, AF_INET6, STREAM, 0, 0]);
    host.send(CONNECT, [0, mapped('10.0.0.1:4000', '10.0.0.2:443'), 3, null]);
    assert.deepEqual([fd(host).type, fd(host).name], [FdType.ipv4, '10.0.0.1:4000->10.0.0.2:443']);
  });

  it('serve on the address that they are bound to', () => {
    const host = new MadeUpHost();
    host.send(SOCKET, [3, AF_INET, DGRAM, 0, 0]);
    host.send(BIND, [0, sockaddr('0.0.0.0:53'), 3]);
    assert.deepEqual(
      [fd(host).type, fd(host).name, fd(host).role, fd(host).l4proto],
      [FdType.ipv4Server, '0.0.0.0:53', 'server', L4Proto.udp],
    );
    host.send(RECVFROM, [9, 'q', tuple('10.0.0.9:999', '10.0.0.1:53'), 3, 512]);
    assert.equal(fd(host).name, '10.0.0.9:999->10.0.0.1:53');
    host.send(SENDTO, [9, 'a', 3, 9, tuple('10.0.0.1:53', '10.0.0.9:999')]);
    assert.equal(fd(host).name, '10.0.0.9:999->10.0.0.1:53');
    assert.equal(host.inspector.view.fdNameChanged, false);
    host.send(RECVFROM, [9, 'q', tuple('10.0.0.8:888', '10.0.0.1:53'), 3, 512]);
    assert.deepEqual([fd(host).name, host.inspector.view.fdNameChanged], ['10.0.0.8:888->10.0.0.1:53', true]);
  });

  it('that send datagrams without a connection are clients', () => {
    const host = new MadeUpHost();
    host.send(SOCKET, [3, AF_INET, DGRAM, 0, 0]);
    host.send(SENDTO, [9, 'q', 3, 9, tuple('0.0.0.0:5000', '127.0.0.1:53')]);
    assert.deepEqual(
      [fd(host).name, fd(host).role, fd(host).l4proto],
      ['127.0.0.1:5000->127.0.0.1:53', 'client', L4Proto.udp],
    );
  });

  it('that send datagrams to one peer after the other show the latest, and keep it when nobody asks who sent', () => {
    const host = new MadeUpHost();
    host.send(SOCKET, [3, AF_INET, DGRAM, 0, 0]);
    host.send(SENDTO, [9, 'q', 3, 9, tuple('0.0.0.0:5000', '10.0.0.8:53')]);
    host.send(SENDTO, [9, 'q', 3, 9, tuple('0.0.0.0:5000', '203.0.113.9:4444')]);
    const latest = ['0.0.0.0:5000->203.0.113.9:4444', 'client', 4444];
    assert.deepEqual([fd(host).name, fd(host).role, fd(host).remotePort], latest);
    assert.equal(host.inspector.view.fdNameChanged, true);
    const before = fd(host);
    host.send(SENDTO, [9, 'q', 3, 9, tuple('0.0.0.0:5000', '203.0.113.9:4444')]);
    host.send(RECVFROM, [9, 'q', tuple('0.0.0.0:0', '0.0.0.0:5000'), 3, 512]);
    assert.equal(fd(host), before);
    host.send(RECVFROM, [9, 'q', tuple('10.0.0.8:53', '0.0.0.0:5000'), 3, 512]);
    assert.equal(fd(host).name, '0.0.0.0:5000->10.0.0.8:53');
  });

  it('for both versions of IP, with addresses of the older one, are the same as long as these are', () => {
    const host = new MadeUpHost();
    host.send(SOCKET, [3, AF_INET6, DGRAM, 0, 0]);
    host.send(CONNECT, [0, mapped('10.0.0.1:4000', '10.0.0.2:443'), 3, null]);
    host.send(SENDTO, [9, 'q', 3, 9, mapped('10.0.0.1:4000', '10.0.0.2:443')]);
    const before = fd(host);
    assert.equal(before.name, '10.0.0.1:4000->10.0.0.2:443');
    host.send(SENDTO, [9, 'q', 3, 9, mapped('10.0.0.1:4000', '10.0.0.2:443')]);
    host.send(RECVFROM, [9, 'q', mapped('10.0.0.2:443', '10.0.0.1:4000'), 3, 512]);
    assert.equal(fd(host), before, 'nothing is made anew for each datagram');
    host.send(SENDTO, [9, 'q', 3, 9, mapped('10.0.0.1:4000', '10.0.0.3:443')]);
    assert.equal(fd(host).name, '10.0.0.1:4000->10.0.0.3:443');
  });

  it('that were accepted go from the client to us', () => {
    const host = new MadeUpHost();
    host.send(ACCEPT4, [5, tuple('10.0.0.9:4000', '10.0.0.1:80'), 0, 0, 0, 0]);
    assert.deepEqual(
      [host.inspector.view.fdNum, fd(host).name, fd(host).role, fd(host).remotePort, fd(host).localPort],
      [5, '10.0.0.9:4000->10.0.0.1:80', 'server', 4000, 80],
    );
  });

  it('of a unix kind show kernel pointers and the path', () => {
    const host = new MadeUpHost();
    host.send(SOCKET, [3, 1, STREAM, 0, 0]);
    host.send(CONNECT, [0, unixTuple(0xffff888100000001n, 0x0n, '/run/app.sock'), 3, null]);
    assert.equal(fd(host).name, 'ffff888100000001->0 /run/app.sock');
  });
});
