/** Containers as runtimes would tell of them, and as cgroups do. */
import { uniqueKey, type CgroupContainer } from '../../daemon/containers/container-id.js';
import type { ContainerKey } from '../../daemon/containers/runtimes/runtime.js';
import type { Container } from '../../daemon/containers/container.js';
import { fixedContainer } from '../../daemon/containers/settings.js';

const ID_LENGTH = 64;

/** A container of this name and image, with an id made of `word`. */
export function containerOfImage(
  word: string,
  name: string,
  image: string,
  more: Partial<Container> = {},
): Container {
  const fullId = fullIdOf(word);
  return {
    ...fixedContainer({ id: fullId.slice(0, 12), name, image }),
    ...{ fullId, type: 'docker' },
    ...more,
  };
}

/** 64 characters that begin with `word`. */
export const fullIdOf = (word: string): string => word.padEnd(ID_LENGTH, '0');

/** The same as runtimes are asked for it. */
export function keyOf(word: string): ContainerKey {
  const fullId = fullIdOf(word);
  return { id: fullId.slice(0, 12), fullId, namespace: '' };
}

/** The same as its cgroup tells of it. */
export function sightOf(word: string, more: Partial<CgroupContainer> = {}): CgroupContainer {
  const key = keyOf(word);
  return {
    ...{ ...key, key: uniqueKey(key), type: '', unproven: false },
    runtimes: ['docker', 'cri', 'containerd'],
    ...more,
  };
}
