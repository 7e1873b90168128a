/** Files as they come out of a bad editor, a bad disk or a bad intention: edits of bytes, other encodings. */
import type { Choices } from '../support/choices.js';

/* prettier-ignore */
const TOKENS: readonly string[] = [
  '[', ']', '{', '}', '"', "'", ':', ': ', '- ', '\n', '\n  ', '\n\n', '*x', '&x ', '*a', '|', '>', '!', '!!', '%', '@', '`', '#', ' # ',
  '(', ')', ' and ', ' or ', 'not ', ',', '\t', '\0', '\r', '\r\n', '---\n', '...\n', '\ufeff', '\u2028', '\x85', '\x1b', '\x7f',
  'rule:', 'list:', 'macro:', 'condition:', 'append: true\n', 'override:\n', 'exceptions:\n', 'values:\n', 'items: ', 'null', '~',
  'l0', 'm0', 'val(', 'oneof', ' in ', ' exists', ' = ', '\\', '\\x', '0', '-1', '\ud83d\ude00', '<<: *a\n',
];
/* prettier-ignore */
const BAD_BYTES: readonly (readonly number[])[] = [
  [0xff], [0xfe, 0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82], [0x80], [0xf0, 0x9f], [0x00], [0x01], [0xef, 0xbb, 0xbf],
];

function edit(content: Buffer, choices: Choices): Buffer {
  const at = choices.below(content.length + 1);
  const head = content.subarray(0, at);
  const tail = content.subarray(at);
  const length = 1 + choices.below(choices.oneIn(4) ? 200 : 12);
  switch (choices.below(6)) {
    case 0:
      return Buffer.concat([head, Buffer.from(choices.pick(TOKENS)), tail]);
    case 1:
      return Buffer.concat([head, tail.subarray(length)]);
    case 2:
      return Buffer.concat([head, tail.subarray(0, length), tail]);
    case 3:
      return Buffer.concat([head, Buffer.from(choices.pick(BAD_BYTES)), tail]);
    case 4:
      return Buffer.concat([head, Buffer.from(choices.pick(TOKENS)), tail.subarray(length)]);
    default:
      return choices.oneIn(8) ? head : Buffer.concat([head, tail.subarray(0, at % 3), tail]);
  }
}

/** The file with a few things done to it. */
export function damaged(text: string, choices: Choices): Buffer {
  let content: Buffer = Buffer.from(text);
  for (let edits = 1 + choices.below(3); edits > 0; edits--) content = edit(content, choices);
  return content;
}

/** The same text in other clothes. */
export function encoded(text: string, choices: Choices): Buffer {
  switch (choices.below(5)) {
    case 0:
      return Buffer.from(text.replaceAll('\n', '\r\n'));
    case 1:
      return Buffer.from(`\ufeff${text}`);
    case 2:
      return Buffer.from(`\ufeff${text}`, 'utf16le');
    case 3:
      return Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
    default:
      return Buffer.from(text, 'latin1');
  }
}
