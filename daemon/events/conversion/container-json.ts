import type { ByteString } from '../byte-string.js';
import type { RecordReader } from '../record.js';

/** Parameters of the first event that told of a container. */
const PARAM = { id: 0, type: 1, name: 2, image: 3 } as const;

/** The same in the form that the later event has: JSON, with its NUL. Not escaped, as in the reference. */
export function containerJson(record: RecordReader): ByteString {
  const text = (index: number): ByteString => record.string(index);
  const type = String(record.uint32(PARAM.type));
  return `{"id":"${text(PARAM.id)}","type":${type},"name":"${text(PARAM.name)}","image":"${text(PARAM.image)}"}\0`;
}
