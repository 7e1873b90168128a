import type { Container, Mount } from '../containers/container.js';
import type { Binding, Extractor, FieldArgument } from './extractor.js';
import type { FieldValue } from './field.js';
import { ofContainer } from './container-reader.js';

/** A container with mounts, but without the one that is asked for. */
const NO_MOUNT = 'none';

/** `source:destination:mode:writable:propagation` */
export function mountText({ source, destination, mode, writable, propagation }: Mount): string {
  return `${source}:${destination}:${mode}:${String(writable)}:${propagation}`;
}

/** A pattern with `*` and `?` as a regular expression over the whole path. */
function pathPattern(pattern: string): RegExp {
  const source = pattern.replace(/[.*+?^${}()|[\]\\]/g, char =>
    char === '*' ? '.*' : char === '?' ? '.' : `\\${char}`,
  );
  return new RegExp(`^${source}$`, 's');
}

/**
 * A field of the mount that the argument names: by its position, or by a pattern for the path that `by` reads.
 */
function mountField(by: (mount: Mount) => string, read: (mount: Mount) => FieldValue): Extractor {
  const find = (argument: FieldArgument): ((container: Container) => Mount | undefined) => {
    if (argument.kind === 'key') {
      const pattern = pathPattern(argument.key);
      return ({ mounts }) => mounts.find(mount => pattern.test(by(mount)));
    }
    const index = argument.kind === 'index' ? argument.index : 0;
    return ({ mounts }) => mounts[index];
  };
  return {
    cost: 5,
    bind: (argument): Binding => {
      const mountOf = find(argument);
      return {
        extract: ofContainer(container => {
          if (container.mounts.length === 0) return null;
          const mount = mountOf(container);
          return mount === undefined ? NO_MOUNT : read(mount);
        }, null),
      };
    },
  };
}

const source = ({ source: path }: Mount): string => path;
const destination = ({ destination: path }: Mount): string => path;

export const containerMountFields = {
  'container.mount': mountField(source, mountText),
  'container.mount.source': mountField(destination, source),
  'container.mount.dest': mountField(source, destination),
  'container.mount.mode': mountField(source, ({ mode }) => mode),
  'container.mount.rdwr': mountField(source, ({ writable }) => String(writable)),
  'container.mount.propagation': mountField(source, ({ propagation }) => propagation),
};
