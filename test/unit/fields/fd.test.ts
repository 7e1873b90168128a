import assert from 'node:assert/strict';
import { parseIp } from '../../../daemon/events/address.js';
import { FdType, newFd } from '../../../daemon/state/fd.js';
import { file, makeHost, socket, type Host } from '../../support/host.js';

describe('fields of descriptors', () => {
  let host: Host;

  beforeEach(() => {
    host = makeHost();
  });

  function is(expected: Readonly<Record<string, unknown>>): void {
    for (const [text, value] of Object.entries(expected)) assert.deepEqual(host.value(text), value, text);
  }

  function readFrom(number: number): void {
    host.event('read', [1, Buffer.from('x'), number, 1]);
  }

  it('are number, kind and parts of the name', () => {
    readFrom(3);
    is({
      'fd.num': 3,
      'fd.type': 'file',
      'fd.typechar': 'f',
      'fd.name': '/etc/shadow',
      'fd.directory': '/etc',
      'fd.filename': 'shadow',
      'fd.nameraw': '/etc/shadow',
      'fd.uid': '303',
      'fd.containername': ':/etc/shadow',
      'fd.types': ['file'],
      'fd.types[0]': ['file'],
      'fd.types[5]': null,
      'fd.l4proto': '<NA>',
      'fd.sockfamily': null,
      'fd.name_changed': false,
    });
  });

  it('take a directory for its own directory, and the root for the directory of its files', () => {
    host.thread.fds!.set(3, Object.assign(newFd(FdType.directory), { name: '/etc' }));
    readFrom(3);
    is({ 'fd.directory': '/etc', 'fd.filename': null, 'fd.typechar': 'd' });
    host.thread.fds!.set(3, file('/vmlinuz'));
    readFrom(3);
    is({ 'fd.directory': '/', 'fd.filename': 'vmlinuz' });
  });

  it('have the number, and an empty name, of a descriptor that nothing is known of', () => {
    readFrom(77);
    is({
      'fd.num': 77,
      'fd.name': '',
      'fd.typechar': 'o',
      'fd.type': null,
      'fd.filename': null,
      'fd.ino': null,
    });
  });

  it('have the path that a failed open asked for', () => {
    host.event('openat', [-13, -100, 'secret', 1, 0, 0, 0]);
    is({
      'fd.num': -1,
      'fd.name': '/root/secret',
      'fd.nameraw': 'secret',
      'fd.typechar': 'f',
      'fd.type': null,
      'fd.directory': '/root',
      'fd.filename': null,
    });
  });

  it('have no value for events that are not about a descriptor', () => {
    host.event('getcwd', [5, '/root']);
    is({ 'fd.num': null, 'fd.name': null, 'fd.typechar': null, 'fd.types': null, 'fd.directory': null });
  });

  it('split device numbers', () => {
    host.thread.fds!.set(3, Object.assign(file('/x'), { dev: 0x10304, ino: 12, openFlags: 0x8000 }));
    readFrom(3);
    is({ 'fd.dev': 0x10304, 'fd.dev.major': 0x103, 'fd.dev.minor': 0x04, 'fd.ino': 12 });
    is({ 'fd.is_upper_layer': true, 'fd.is_lower_layer': false });
  });

  it('tell client from server by the role of the process', () => {
    const here = parseIp('10.0.0.1');
    const there = parseIp('1.2.3.4');
    host.inspector.view.localAddresses = null;
    host.thread.fds!.set(5, socket('client', '10.0.0.1', '1.2.3.4'));
    readFrom(5);
    is({
      'fd.cip': here,
      'fd.sip': there,
      'fd.lip': here,
      'fd.rip': there,
      'fd.sport': 443,
      'fd.lport': 40000,
    });
    is({ 'fd.is_server': false, 'fd.l4proto': 'tcp', 'fd.connected': true, 'fd.sproto': '443' });
    host.thread.fds!.set(5, socket('server', '10.0.0.1', '1.2.3.4'));
    readFrom(5);
    is({
      'fd.cip': there,
      'fd.sip': here,
      'fd.lip': here,
      'fd.rip': there,
      'fd.cport': 443,
      'fd.lport': 40000,
    });
    is({ 'fd.is_server': true });
  });

  it('offer both ends to a comparison, and print none', () => {
    host.thread.fds!.set(5, socket('client', '10.0.0.1', '1.2.3.4'));
    readFrom(5);
    assert.deepEqual(host.candidates('fd.port'), [40000, 443]);
    assert.deepEqual(host.candidates('fd.ip'), [parseIp('10.0.0.1'), parseIp('1.2.3.4')]);
    is({ 'fd.ip': null, 'fd.port': null, 'fd.net': null });
  });

  it('know only the server of a socket that listens', () => {
    const listening = newFd(FdType.ipv4Server);
    host.thread.fds!.set(5, Object.assign(listening, { localIp: parseIp('0.0.0.0')!, localPort: 22 }));
    readFrom(5);
    is({ 'fd.sport': 22, 'fd.cport': null, 'fd.lport': null, 'fd.is_server': true, 'fd.type': 'ipv4' });
    assert.deepEqual(host.candidates('fd.port'), [22]);
  });

  it('list the descriptors that poll was asked about', () => {
    host.thread.fds!.set(5, socket('client', '10.0.0.1', '1.2.3.4'));
    const list = Buffer.alloc(22);
    list.writeUInt16LE(2, 0);
    list.writeBigInt64LE(3n, 2);
    list.writeBigInt64LE(5n, 12);
    host.event('poll', [1, list, 300]);
    is({
      'fdlist.nums': '3,5',
      'fdlist.names': '/etc/shadow,tuple',
      'fdlist.cips': '10.0.0.1',
      'fdlist.sports': '443',
    });
  });
});

describe('fields of paths', () => {
  const cases: [string, (number | string)[], Readonly<Record<string, string | null>>][] = [
    ['mkdir', [0, 'new', 0o755], { name: '/root/new', nameraw: 'new', source: null }],
    ['mkdir', [-17, 'new', 0o755], { name: null, nameraw: null }],
    ['openat', [-2, -100, 'nosuch', 1, 0, 0, 0], { name: '/root/nosuch', nameraw: 'nosuch' }],
    ['unlinkat', [0, -100, '/tmp/x', 0], { name: '/tmp/x' }],
    ['fchmod', [0, 3, 0o4755], { name: '/etc/shadow', nameraw: '/etc/shadow' }],
    [
      'rename',
      [0, 'a', '/b'],
      { source: '/root/a', sourceraw: 'a', target: '/b', targetraw: '/b', name: null },
    ],
    ['link', [0, '/etc/passwd', '/tmp/l'], { source: '/tmp/l', target: '/etc/passwd' }],
    [
      'symlinkat',
      [0, '/etc/shadow', -100, 'l'],
      { source: '/root/l', sourceraw: 'l', target: '/etc/shadow' },
    ],
    ['mount', [0, '', '/mnt', 'tmpfs', 0], { source: '', target: '/mnt' }],
    ['getcwd', [5, '/root'], { name: null, source: null, target: null }],
  ];
  for (const [name, params, expected] of cases) {
    it(`are those of ${name}(${params.slice(1).join(', ')}) = ${params[0]}`, () => {
      const host = makeHost();
      host.event(name, params);
      for (const [key, value] of Object.entries(expected))
        assert.equal(host.value(`fs.path.${key}`), value, key);
    });
  }
});
