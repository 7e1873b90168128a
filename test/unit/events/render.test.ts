import assert from 'node:assert/strict';
import { ipText, parseIp } from '../../../daemon/events/address.js';
import { eventRow, eventRows, paramIndex } from '../../../daemon/events/event-table.js';
import { enumNames, flagNames, flagTable } from '../../../daemon/events/flag-table.js';
import { generalText } from '../../../daemon/events/number-text.js';
import { RecordReader } from '../../../daemon/events/record.js';
import { argsText, argText, type RenderContext } from '../../../daemon/events/render.js';
import { writeRecord, type ParamValue } from '../../../daemon/events/record-writer.js';
import fc from 'fast-check';

const context: RenderContext = {
  base64: false,
  descriptor: fd => (fd === 3 ? '<f>/etc/passwd' : null),
  descriptorKind: fd => (fd === 3 ? 'f' : null),
  comm: tid => (tid === 7 ? 'bash' : null),
  userName: uid => (uid === 0 ? 'root' : null),
  groupName: gid => (gid === 0 ? 'root' : null),
  path: () => '/cwd/foo',
};

function args(type: number, params: readonly ParamValue[]): string {
  const reader = new RecordReader();
  reader.attach(writeRecord({ type, time: 1n, tid: 7, params }));
  reader.seek(0);
  return argsText(reader, eventRow(type), context);
}

function arg(type: number, name: string, params: readonly ParamValue[]): string {
  const reader = new RecordReader();
  reader.attach(writeRecord({ type, time: 1n, tid: 7, params }));
  reader.seek(0);
  return argText(reader, eventRow(type), paramIndex(eventRow(type), name), context);
}

// prettier-ignore
const TEXTS: readonly (readonly [what: string, type: number, params: readonly ParamValue[], text: string])[] = [
  ['descriptors, flags, octal modes and hexadecimal devices', 307, [3, -100, '/etc/passwd', 0x1001, 0o644, 0x700, 13539],
    'fd=3(<f>/etc/passwd) dirfd=-100(AT_FDCWD) name=/etc/passwd flags=4097(O_RDONLY|O_CLOEXEC) mode=0644 dev=700 ino=13539'],
  ['errors by name', 307, [-2, -100, '/x', 1, 0, 0, 0],
    'fd=-2(ENOENT) dirfd=-100(AT_FDCWD) name=/x flags=1(O_RDONLY) mode=0 dev=0 ino=0'],
  ['relative paths with what they mean', 301, [0, 'foo'], 'res=0 path=foo(/cwd/foo)'],
  ['what is absent', 23, [-111, null, 4, null], 'res=-111(ECONNREFUSED) tuple=NULL fd=4 addr=<NA>'],
  ['addresses', 23, [0, Buffer.from('027f00000112007f0000015000', 'hex'), 4, Buffer.from('027f0000015000', 'hex')],
    'res=0 tuple=127.0.0.1:18->127.0.0.1:80 fd=4 addr=127.0.0.1:80'],
  ['threads by name', 129, [0, 7, 9], 'res=0 pid=7(bash) sig=9(SIGKILL)'],
  ['accounts by name', 193, [0, 0, 4294967295, 1000], 'res=0 ruid=0(root) euid=-1(<NONE>) suid=1000(<NA>)'],
  ['modes', 315, [0, '/f', 0o755 | 0x800], 'res=0 filename=/f mode=04755(S_IXOTH|S_IROTH|S_IXGRP|S_IRGRP|S_IXUSR|S_IWUSR|S_IRUSR|S_ISUID)'],
  ['times', 135, [0, 20000], 'res=0 interval=20000(2e-05s)'],
  ['values of a chosen type', 47, [0, 4, 1, 20, Buffer.from('0400c2eb0b00000000', 'hex'), 16],
    'res=0 fd=4 level=1(SOL_SOCKET) optname=20(SO_RCVTIMEO) val=200000000(0.2s) optlen=16'],
  ['polled descriptors', 81, [1, Buffer.from('0200' + '03000000000000004100' + 'ffffffffffffffff0000', 'hex'), 5],
    'res=1 fds=3:f41 18446744073709551615:?0 timeout=5'],
  ['bytes that cannot be printed as dots', 9, [4, Buffer.from('a\0b\xff', 'latin1'), 3, 4],
    'res=4 data=a.b. fd=3(<f>/etc/passwd) size=4'],
  ['negative offsets', 87, [5, 3, -689n, 1], 'res=5 fd=3(<f>/etc/passwd) offset=-689 whence=1(SEEK_CUR)'],
  ['nothing of the generic event', 1, [40, 39], ''],
];

describe('arguments as text', () => {
  for (const [what, type, params, text] of TEXTS) {
    it(`shows ${what}`, () => assert.equal(args(type, params), text));
  }

  it('gives for one argument what it means, else what it is', () => {
    assert.equal(arg(307, 'flags', [3, -100, '/x', 0x1001, 0, 0, 0]), 'O_RDONLY|O_CLOEXEC');
    assert.equal(arg(5, 'res', [-9, 3]), 'EBADF');
    assert.equal(arg(5, 'res', [0, 3]), '0');
    assert.equal(arg(5, 'fd', [0, 3]), '<f>/etc/passwd');
    assert.equal(arg(301, 'path', [0, 'foo']), '/cwd/foo');
  });

  it('never fails, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...eventRows()),
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }),
        (row, parts) => {
          const reader = new RecordReader();
          reader.attach(
            writeRecord({ type: row.code, time: 1n, tid: 1, params: parts.map(part => Buffer.from(part)) }),
          );
          reader.seek(0);
          assert.equal(typeof argsText(reader, row, context), 'string');
        },
      ),
      { seed: 4711, numRuns: 4000 },
    );
  });
});

describe('names of flags', () => {
  it('take a wider name before the narrower ones that it holds', () => {
    assert.equal(flagNames(flagTable('file_flags'), 0x3), 'O_RDWR');
    assert.equal(flagNames(flagTable('file_flags'), 0x1), 'O_RDONLY');
  });

  it('name zero only for zero', () => {
    assert.equal(flagNames(flagTable('file_flags'), 0), 'O_NONE');
    assert.equal(flagNames(flagTable('access_flags'), 4), 'R_OK');
    assert.equal(flagNames(flagTable('access_flags'), 0), 'F_OK');
  });

  it('give all names of one value', () => {
    assert.equal(enumNames(flagTable('socket_families'), 1), 'AF_LOCAL|AF_UNIX');
    assert.equal(enumNames(flagTable('socket_families'), 99), '');
  });
});

describe('addresses as text', () => {
  for (const text of [
    '127.0.0.1',
    '::',
    '::1',
    '2001:db8::1',
    'fe80::1:0:0:2',
    '1:2:3:4:5:6:7:8',
    'a:0:0:b::1',
  ]) {
    it(`keeps ${text}`, () => assert.equal(ipText(parseIp(text)!), text));
  }

  it('shows a mapped address as what it is', () => {
    assert.equal(ipText(parseIp('::ffff:10.1.2.3')!), '10.1.2.3');
  });

  it('knows what is no address', () => {
    for (const text of ['', '1.2.3', '1.2.3.256', '1:2', 'g::', '1::2::3', '01.2.3.4'])
      assert.equal(parseIp(text), null, text);
  });

  it('writes byte buffers in base64 where that is wanted, and other text as ever', () => {
    const row = eventRows().find(found => found.name === 'write' && paramIndex(found, 'data') >= 0)!;
    const reader = new RecordReader();
    const params = row.params.map(({ name }) => (name === 'data' ? Buffer.from('a\r\n\xff', 'latin1') : 4));
    reader.attach(writeRecord({ type: row.code, time: 1n, tid: 7, params }));
    reader.seek(0);
    const data = (base64: boolean): string =>
      argText(reader, row, paramIndex(row, 'data'), { ...context, base64 });
    assert.deepEqual([data(true), data(false)], ['YQ0K/w==', 'a...']);
    assert.match(argsText(reader, row, { ...context, base64: true }), /data=YQ0K\/w==/);
    assert.equal(args(301, [0, 'foo']), 'res=0 path=foo(/cwd/foo)');
  });

  it('prints numbers as C does with %g', () => {
    assert.deepEqual([0.2, 899.984045392, 1e-9, 1000000, 123456, 3].map(generalText), [
      '0.2',
      '899.984',
      '1e-09',
      '1e+06',
      '123456',
      '3',
    ]);
  });
});
