import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bindField } from '../../../daemon/fields/registry.js';
import type { BoundField, FieldType, FieldValue, Scalar } from '../../../daemon/fields/field.js';
import { fieldTable } from '../../../daemon/fields/tables/fields.js';
import { groupOf, rangeOf } from '../../../daemon/filter/types.js';
import { FdTable } from '../../../daemon/state/fd-table.js';
import { newFd, FdType } from '../../../daemon/state/fd.js';
import { Inspector } from '../../../daemon/state/inspector.js';
import { newThread } from '../../../daemon/state/thread.js';
import { randomRecord } from '../../support/random-event.js';

/** Arguments that fields are tried with. */
const ARGUMENTS: readonly (string | null)[] = [null, '0', '1', '7', 'HOME', '1404996934793590564'];
const DOTTED = ['evt.arg.fd', 'evt.arg.res', 'evt.arg.name', 'evt.arg.data', 'evt.arg.addr', 'evt.arg.flags'];
const RAW = ['fd', 'res', 'name', 'data', 'addr', 'flags', 'tuple', 'fds', 'uid', 'args', 'mode', 'val'];
// prettier-ignore
const MORE = ['evt.type.is.open', 'thread.cgroup.cpu', 'evt.abspath.src', 'evt.abspath.dst', 'container.label.app',
  ...DOTTED, ...RAW.map(name => `evt.rawarg.${name}`)];

function everyField(): BoundField[] {
  const fields: BoundField[] = [];
  const bind = (name: string, argument: string | null, source = 'syscall'): void => {
    const resolution = bindField(name, argument, source);
    if (resolution.ok) fields.push(resolution.field);
  };
  for (const row of fieldTable) {
    const source = row.source === 'any' ? 'syscall' : row.source;
    for (const argument of ARGUMENTS) bind(row.name, argument, source);
  }
  for (const name of MORE) bind(name, null);
  return fields;
}

const TEXT_TYPES = new Set<FieldType>(['CHARBUF', 'BYTEBUF', 'FSPATH', 'FSRELPATH', 'IPADDR', 'IPNET']);

function isOfType(value: FieldValue, type: FieldType): boolean {
  if (value === null) return true;
  if (typeof value === 'object') return value.every(item => isOfType(item, type));
  if (TEXT_TYPES.has(type)) return typeof value === 'string';
  if (type === 'BOOL') return typeof value === 'boolean';
  if (typeof value === 'bigint') return true;
  return typeof value === 'number' && (type === 'DOUBLE' || Number.isInteger(value));
}

/** Whether the value is one that the field says it can have, for an event of a code that it says it has one for. */
function isPossible(
  value: FieldValue,
  { values, codes, type, list, row }: BoundField,
  code: number,
): boolean {
  if (value === null) return true;
  if (codes !== undefined && !codes.has(code)) return false;
  if (values !== undefined) return values.includes(value as Scalar);
  // Times depend on clocks, which may go backwards; what a raw argument holds depends on the event.
  if (list || groupOf(type) !== 'numeric' || row.name === 'evt.rawarg') return true;
  if (type === 'DOUBLE' || type === 'RELTIME' || type === 'ABSTIME') return true;
  const { least, greatest } = rangeOf(type);
  return BigInt(value as number | bigint) >= least && BigInt(value as number | bigint) <= greatest;
}

function inspectorWithThreads(): Inspector {
  const inspector = new Inspector({ live: false });
  inspector.threads.add(newThread(1, 1));
  const child = newThread(2, 2);
  child.ptid = 1;
  child.args = ['-c', 'true'];
  child.env = ['HOME=/root'];
  child.fds = new FdTable(
    Object.values(FdType).map(type => [type, Object.assign(newFd(type), { name: '/tmp/x', openFlags: 1 })]),
  );
  inspector.threads.add(child);
  return inspector;
}

describe('every field', () => {
  const fields = everyField();

  it('binds with one of the arguments', () => {
    const bound = new Set(fields.map(field => field.row.name));
    assert.deepEqual(
      fieldTable.filter(row => !bound.has(row.name)).map(row => row.name),
      [],
    );
  });

  it('gives a value of its type, that it can have, or none, for any event', () => {
    fc.assert(
      fc.property(fc.array(randomRecord, { minLength: 1, maxLength: 25 }), records => {
        const inspector = inspectorWithThreads();
        for (const record of records) {
          if (!inspector.process(record, 0, 0)) continue;
          for (const field of fields) {
            const value = field.extract(inspector.view);
            assert.ok(
              isOfType(value, field.type),
              `${field.text} of ${inspector.view.name}: ${typeof value} ${String(value)} for ${field.type}`,
            );
            assert.ok(
              isPossible(value, field, inspector.view.record.type),
              `${field.text} is ${String(value)}`,
            );
            for (const candidate of field.candidates?.(inspector.view) ?? [])
              assert.ok(isOfType(candidate, field.type), `candidate of ${field.text}`);
          }
        }
      }),
      { seed: 20260731, numRuns: 600 },
    );
  }).timeout(20_000);
});
