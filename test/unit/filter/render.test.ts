import assert from 'node:assert/strict';
import { toByteString, toText } from '../../../daemon/events/byte-string.js';
import { plain, render, type Rendering } from '../../../daemon/filter/render.js';

const TEXT: Rendering = { type: 'CHARBUF', fmt: 'dec' };

describe('text that outputs show', () => {
  const shown = (text: string): string => toText(render(toByteString(text), TEXT)!);

  it('cannot forge a line or move a cursor, with control characters of one byte or of two', () => {
    assert.equal(
      shown('a\n12:00:00: Critical forged\r\t\x7f'),
      'a\ufffd12:00:00: Critical forged\ufffd\ufffd\ufffd',
    );
    assert.equal(shown('\x1b[2J\u009b2J\u0085\u0080'), '\ufffd[2J\ufffd2J\ufffd\ufffd');
    assert.equal(toText(plain(toByteString('a\nb\u009b'), TEXT) as string), 'a\ufffdb\ufffd');
    assert.deepEqual(render([toByteString('a\n'), 'b'], TEXT), '(a\xef\xbf\xbd,b)');
  });

  it('keeps every other character, and bytes that are none', () => {
    assert.equal(shown('Â£ é → 日本 \u00a0'), 'Â£ é → 日本 \u00a0');
    assert.equal(render('\x9b\xc2 \xff', TEXT), '\x9b\xc2 \xff');
  });
});
