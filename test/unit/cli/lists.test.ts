import assert from 'node:assert/strict';
import { eventListing, ignoredSyscalls } from '../../../daemon/cli/list-events.js';
import { fieldListing } from '../../../daemon/cli/list-fields.js';
import { listFormat, type ListFormat } from '../../../daemon/cli/list-format.js';

interface ListedEvent {
  readonly name: string;
  readonly dir: string;
  readonly available: boolean;
  readonly params: readonly {
    readonly name: string;
    readonly type: string;
    readonly flags?: readonly string[];
  }[];
}

describe('the form of lists', () => {
  it('is text unless another one is asked for, in whatever case', () => {
    assert.deepEqual(listFormat({ format: null, markdown: false }), {
      ok: true,
      format: 'text',
      warning: undefined,
    });
    assert.deepEqual(listFormat({ format: 'JSON', markdown: false }), {
      ok: true,
      format: 'json',
      warning: undefined,
    });
  });

  it('can be Markdown by the old option, which says that it is old', () => {
    assert.deepEqual(listFormat({ format: null, markdown: true }), {
      ok: true,
      format: 'markdown',
      warning: 'WARNING: --markdown is deprecated, use --format markdown instead.',
    });
  });

  it('is one, and one that there is', () => {
    assert.deepEqual(listFormat({ format: 'text', markdown: true }), {
      ok: false,
      message: 'Cannot specify both --markdown and --format options together',
    });
    assert.deepEqual(listFormat({ format: 'xml', markdown: false }), {
      ok: false,
      message: "Invalid format 'xml'. Valid values are: text, markdown, json",
    });
  });
});

describe('--list', () => {
  const list = (
    source: string,
    format: ListFormat,
    options: { namesOnly?: boolean; verbose?: boolean } = {},
  ): string => {
    const listing = fieldListing({ list: source, namesOnly: false, verbose: false, ...options }, format, [
      'syscall',
    ]);
    assert.ok(listing.ok);
    return listing.text;
  };

  it('takes the names of sources only', () => {
    assert.deepEqual(
      fieldListing({ list: 'nothing', namesOnly: false, verbose: false }, 'text', ['syscall']),
      { ok: false, message: 'Value for --list must be a valid source type' },
    );
    assert.equal(list('syscall', 'text'), list('', 'text'));
  });

  it('gives the names alone, as lines or as JSON', () => {
    const lines = list('', 'text', { namesOnly: true }).split('\n');
    assert.equal(lines[0], 'evt.num');
    assert.equal(lines.at(-1), '');
    assert.deepEqual(JSON.parse(list('', 'json', { namesOnly: true })), { fieldnames: lines.slice(0, -1) });
  });

  it('tells types in text when it is verbose', () => {
    assert.ok(list('', 'text', { verbose: true }).includes('(Type: UINT64) Number of the event'));
  });

  it('has classes, fields and their arguments in JSON', () => {
    const { fieldclasses } = JSON.parse(list('', 'json')) as {
      fieldclasses: { name: string; event_sources: string[]; fields: Record<string, unknown>[] }[];
    };
    const [first] = fieldclasses;
    assert.deepEqual(first?.event_sources, ['syscall']);
    assert.deepEqual(first.fields[0], {
      argument: null,
      desc: 'Number of the event, counted from 1.',
      is_list: false,
      name: 'evt.num',
      type: 'UINT64',
    });
    const all = new Map(fieldclasses.flatMap(({ fields }) => fields.map(field => [field['name'], field])));
    assert.deepEqual(all.get('proc.aname')?.['argument'], { required: false, type: ['INDEX'] });
    assert.deepEqual(all.get('proc.env')?.['argument'], { required: false, type: ['KEY'] });
    assert.equal(all.get('fd.types')?.['is_list'], true);
    assert.equal(all.get('fd.types')?.['type'], 'CHARBUF');
  });
});

describe('--list-events', () => {
  const json = JSON.parse(eventListing('json')) as Readonly<Record<string, readonly ListedEvent[]>>;
  const syscalls = json['Syscall events'] ?? [];

  it('has a section for each kind of event', () => {
    const titles = ['Syscall events', 'Tracepoint events', 'Plugin events', 'Metaevents'];
    assert.deepEqual(Object.keys(json), ['schema_version', ...titles]);
    const headings = [...eventListing('text').matchAll(/^## (.*)$/gm)].map(match => match[1]);
    assert.deepEqual(headings, titles);
    assert.deepEqual(
      json['Plugin events']?.map(({ name }) => name),
      ['pluginevent'],
    );
  });

  it('shows parameters with their types and the names of their values', () => {
    const [text, markdown] = [eventListing('text').split('\n'), eventListing('markdown').split('\n')];
    assert.equal(text[0], 'The events below are valid for Falco *Schema Version*: 4.5.1');
    assert.ok(text.some(line => line.startsWith('> open(FSPATH **name**, FLAGS32 **flags**: O_LARGEFILE, ')));
    assert.ok(text.includes('< close(ERRNO **res**, FD **fd**)'));
    assert.ok(markdown.includes('Default | Dir | Name | Params '));
    assert.ok(markdown.includes('Yes | `<` | `close` | ERRNO **res**, FD **fd**'));
    const open = syscalls.find(({ name, dir }) => name === 'open' && dir === '>');
    assert.deepEqual(
      open?.params.map(({ name, type }) => [type, name]),
      [
        ['FSPATH', 'name'],
        ['FLAGS32', 'flags'],
        ['UINT32', 'mode'],
      ],
    );
    assert.ok(open.params[1]?.flags?.includes('O_CREAT'));
  });

  it('says which are not sent unless they are asked for', () => {
    const missing = syscalls.filter(({ available }) => !available).map(({ name }) => name);
    assert.ok(missing.includes('read') && missing.includes('pwrite'));
    assert.ok(!missing.includes('open'));
    assert.ok(eventListing('markdown').includes('No | `<` | `read` | '));
  });

  it('leaves out what is sent no more, and shows both events of calls that have none of their own', () => {
    const of = (wanted: string): readonly string[] =>
      syscalls.filter(({ name }) => name === wanted).map(({ dir }) => dir);
    assert.deepEqual(of('close'), ['<']);
    assert.deepEqual(of('getcwd').length, 1);
    assert.deepEqual(of('sethostname'), ['>', '<']);
    assert.deepEqual(of('syscall'), []);
  });
});

describe('-i', () => {
  it('names the twelve calls that are left out for their volume', () => {
    const lines = ignoredSyscalls().split('\n');
    assert.equal(lines[0], 'Ignored syscall(s):');
    assert.equal(lines.filter(line => /^- \w+$/.test(line)).length, 12);
    assert.deepEqual(lines.slice(-2), ['', '']);
  });
});
