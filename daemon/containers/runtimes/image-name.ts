import type { ByteString } from '../../events/byte-string.js';

export interface ImageName {
  readonly repository: ByteString;
  /** Empty when the name has none. */
  readonly tag: ByteString;
  /** `sha256:…`; empty when the name has none. */
  readonly digest: ByteString;
}

/** Full, or shortened as the command lines show it. */
const ID = /^(?:sha256:)?[0-9a-f]{12,64}$/;

/** Whether this is the id of an image and no name. */
export function isImageId(name: ByteString): boolean {
  return ID.test(name);
}

/** The parts of `registry:5000/path/name:tag@sha256:…`. */
export function imageName(name: ByteString): ImageName {
  const at = name.indexOf('@');
  const digest = at < 0 ? '' : name.slice(at + 1);
  const tagged = at < 0 ? name : name.slice(0, at);
  // Behind the last slash: a colon in front of it is that of a port.
  const colon = tagged.indexOf(':', tagged.lastIndexOf('/') + 1);
  return colon < 0
    ? { repository: tagged, tag: '', digest }
    : { repository: tagged.slice(0, colon), tag: tagged.slice(colon + 1), digest };
}

/** The hexadecimal digits of an id or digest, without the algorithm in front. */
export function withoutAlgorithm(id: ByteString): ByteString {
  return id.slice(id.indexOf(':') + 1);
}
