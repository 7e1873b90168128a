/** Containers as the C++ Falco tells them from cgroups: for captures, which are seen with its eyes. */
import type { ByteString } from '../events/byte-string.js';
import { ID_FORMS, NAMESPACED, NAME_FORMS } from './cgroup-forms.js';

const SHORT_LENGTH = 12;

/** Id of the container of the first of `cgroups` (`controller=path`) that is one; empty when none is. */
export function capturedContainerId(cgroups: readonly ByteString[]): ByteString {
  for (const cgroup of cgroups) {
    if (cgroup.endsWith('=/')) continue;
    const id = idOfPath(cgroup.slice(cgroup.indexOf('=') + 1));
    if (id !== '') return id;
  }
  return '';
}

function idOfPath(path: ByteString): ByteString {
  for (const { captured } of ID_FORMS) {
    const found = captured?.exec(path);
    if (found) return found[1]!.slice(0, SHORT_LENGTH);
  }
  for (const { captured } of NAME_FORMS) {
    const found = captured?.exec(path);
    if (found) return found[1]!;
  }
  return namespacedId(path);
}

function namespacedId(path: ByteString): ByteString {
  const namespace = NAMESPACED.captured.exec(path);
  if (namespace === null) return '';
  const id = path.slice(namespace.index + namespace[0].length);
  return id.length > NAMESPACED.longest || NAMESPACED.unit.captured.test(id) ? '' : id.slice(0, SHORT_LENGTH);
}
