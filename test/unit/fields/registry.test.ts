import assert from 'node:assert/strict';
import { extractors } from '../../../daemon/fields/extractors.js';
import { bindField, resolveField } from '../../../daemon/fields/registry.js';
import { fieldTable } from '../../../daemon/fields/tables/fields.js';
import { describeShared, sharedJson } from '../../support/shared.js';

interface SharedField {
  readonly name: string;
  readonly class: string;
  readonly source: string;
  readonly type: string;
  readonly list: boolean;
  readonly fmt?: string;
  readonly arg: null | { readonly need: string; readonly kinds: readonly string[] };
  readonly flags: readonly string[];
  readonly listed: boolean;
}

/** There is no such plugin here. */
const LATER = new Set(['k8smeta (plugin)']);
/** Names of earlier releases that the reference leaves out. */
const OLDER = new Set(['jevt']);

function bind(name: string, argument: string | null = null) {
  return bindField(name, argument, 'syscall');
}

function messageOf(name: string, argument: string | null = null, source = 'syscall'): string {
  const result = bindField(name, argument, source);
  assert.ok(!result.ok, `${name} binds`);
  return result.message;
}

describe('the field table', () => {
  it('has an extractor for each row, and a row for each extractor', () => {
    assert.deepEqual(Object.keys(extractors).toSorted(), fieldTable.map(row => row.name).toSorted());
  });
});

describeShared('the field table against the reference', () => {
  it('has the same rows in the same order', () => {
    const { fields } = sharedJson<{ fields: readonly SharedField[] }>('reference/falco/tables/fields.json');
    const expected = fields.filter(field => !LATER.has(field.class));
    assert.deepEqual(
      fieldTable
        .filter(row => !OLDER.has(row.class))
        .map(row => [row.name, row.source, row.type, row.list, row.flags, row.listed, row.fmt]),
      expected.map(field => [
        field.name,
        field.source,
        field.type,
        field.list,
        field.flags,
        field.listed,
        field.fmt ?? 'dec',
      ]),
    );
  });
});

describe('bindField', () => {
  it('says that a field does not exist', () => {
    assert.equal(messageOf('proc.nosuch'), 'filter_check called with nonexistent field proc.nosuch');
  });

  it('lets the first class with a fitting prefix decide', () => {
    assert.equal(messageOf('proc.namex'), 'filter_check called with nonexistent field proc.namex');
    assert.ok(bind('proc.is_container_healthcheck').ok);
  });

  it('prefers the longest name of a class', () => {
    const types = bind('fd.types');
    assert.ok(types.ok && types.field.row.name === 'fd.types');
    assert.ok(bind('thread.cgroups').ok);
  });

  it('refuses an argument where there can be none', () => {
    assert.equal(messageOf('proc.name', '1'), 'filter_check called with nonexistent field proc.name[1]');
    assert.equal(messageOf('evt.rawarg', 'fd'), 'filter_check called with nonexistent field evt.rawarg[fd]');
  });

  it('asks for an argument where there must be one', () => {
    assert.match(messageOf('thread.cgroup'), /'thread\.cgroup' requires an argument/);
    assert.match(messageOf('container.label'), /requires an argument/);
  });

  it('takes a number as the argument where only an index will do', () => {
    assert.match(messageOf('proc.aname', 'bash'), /'proc\.aname' takes a number/);
    assert.ok(bind('proc.aname', '2').ok);
  });

  it('takes the argument after a dot', () => {
    const field = bind('thread.cgroup.memory');
    assert.ok(
      field.ok && field.field.row.name === 'thread.cgroup' && field.field.text === 'thread.cgroup.memory',
    );
    assert.ok(bind('container.label.app').ok);
    assert.ok(bind('container.label', 'app').ok);
  });

  it('does not offer syscall fields to other sources', () => {
    assert.equal(
      messageOf('proc.name', null, 'k8s_audit'),
      'filter_check called with nonexistent field proc.name',
    );
    assert.ok(bindField('evt.time', null, 'k8s_audit').ok);
  });

  it('knows the static fields of the configuration', () => {
    const staticFields = new Map([['example', 'example_value']]);
    const field = bindField('static.example', null, 'syscall', { staticFields });
    assert.ok(field.ok && field.field.row.flags.includes('format_suggested'));
    assert.match(messageOf('static.example'), /nonexistent field static\.example/);
  });

  it('knows names of events for evt.type.is', () => {
    assert.ok(bind('evt.type.is.open').ok);
    assert.equal(messageOf('evt.type.is.nosuch'), 'unknown event type nosuch');
  });
});

describe('resolveField', () => {
  function prefix(text: string): string {
    const result = resolveField(text, 'syscall');
    assert.ok(result.ok, `${text} does not resolve`);
    return `${result.field.text}|${text.slice(result.length)}`;
  }

  it('takes the longest beginning that is a field', () => {
    assert.equal(prefix('proc.name, and more'), 'proc.name|, and more');
    assert.equal(prefix('proc.name.'), 'proc.name|.');
    assert.equal(prefix('user.name.first'), 'user.name|.first');
    assert.equal(prefix('proc.namespace'), 'proc.name|space');
  });

  it('takes arguments in brackets, quoted or not', () => {
    assert.equal(prefix('proc.aname[2] did'), 'proc.aname[2]| did');
    assert.equal(prefix('proc.env["HOME"]:'), 'proc.env[HOME]|:');
    assert.equal(prefix('proc.name[2]'), 'proc.name|[2]');
  });

  it('tells what is wrong with the longest beginning', () => {
    const result = resolveField('foo.bar.baz qux', 'syscall');
    assert.ok(!result.ok);
    assert.equal(result.message, 'filter_check called with nonexistent field foo.bar.baz');
  });
});
