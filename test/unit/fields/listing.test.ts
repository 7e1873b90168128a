import assert from 'node:assert/strict';
import { listFields, listingMarkdown, listingNames, listingText } from '../../../daemon/fields/listing.js';
import { CLASS_DESCRIPTIONS, FIELD_DESCRIPTIONS } from '../../../daemon/fields/tables/descriptions.js';
import { fieldTable } from '../../../daemon/fields/tables/fields.js';

const SOURCES = ['syscall', 'k8s_audit'];

describe('the listing of fields', () => {
  it('describes each field that it shows, and no other', () => {
    const listed = fieldTable.filter(row => row.listed && row.class !== 'util').map(row => row.name);
    assert.deepEqual(Object.keys(FIELD_DESCRIPTIONS), listed);
    assert.deepEqual(Object.keys(CLASS_DESCRIPTIONS), [...new Set(fieldTable.map(row => row.class))]);
  });

  it('shows the 207 fields of the built-in classes, and those of the plugins that are built in', () => {
    const classes = listFields(SOURCES);
    const count = (name: string): number =>
      classes.filter(({ name: other }) => other === name).reduce((sum, { fields }) => sum + fields.length, 0);
    const all = listingNames(classes).split('\n').length - 1;
    assert.deepEqual(['container', 'k8saudit', 'json'].map(count), [61, 100, 6]);
    assert.equal(all - 61 - 100 - 6, 207);
  });

  it('shows only what another source has', () => {
    assert.deepEqual(
      listFields(SOURCES, 'k8s_audit').map(({ name, scope }) => [name, scope]),
      [
        ['evt', 'All event types'],
        ['k8saudit', ''],
        ['json', ''],
      ],
    );
  });

  it('wraps descriptions into a block at the right', () => {
    const text = listingText(listFields(['syscall']));
    const lines = text.split('\n');
    assert.equal(lines[0], '-------------------------------');
    assert.equal(lines[1], 'Field Class:                  evt (All event types) ');
    assert.equal(lines[3], 'Event Sources:                syscall ');
    assert.equal(lines[5], 'evt.num                       Number of the event, counted from 1. ');
    assert.ok(lines.every(line => line.length <= 120));
    assert.ok(
      text.includes(
        'proc.exe_ino.ctime_duration_proc_start\n                              Nanoseconds from ',
      ),
    );
    assert.ok(
      text.includes(
        'fd.ip                         (EPF_NO_RHS,EPF_NO_TRANSFORMER,FILTER_ONLY) For conditions',
      ),
    );
  });

  it('says of evt.abspath that it asks for an argument, as Falco does', () => {
    const text = listingText(listFields(['syscall']));
    assert.ok(text.includes('evt.abspath                   (ARG_KEY,ARG_REQUIRED) Absolute path made of '));
  });

  it('tells types when it is verbose, and in Markdown', () => {
    const classes = listFields(['syscall']);
    assert.ok(listingText(classes, true).includes('(Type: UINT64) Number of the event'));
    assert.ok(listingMarkdown(classes).includes('`fd.types` | LIST(CHARBUF) | Kinds of all'));
  });
});
