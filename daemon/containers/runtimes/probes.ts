/** Commands by which somebody looks whether a container is well: Docker's health check, Kubernetes' probes. */
import type { ByteString } from '../../events/byte-string.js';
import type { Container } from '../container.js';
import { boundedText } from './bounds.js';
import { at, listOf, parseJson, textOf } from './json.js';

export type Probes = Pick<Container, 'healthcheck' | 'livenessProbe' | 'readinessProbe'>;

/** Annotation of a pod in which kubectl keeps what it was told to make. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
/** cri-dockerd keeps the annotations of a pod as labels of its sandbox. */
export const LAST_APPLIED_LABEL = `annotation.${LAST_APPLIED}`;

/** The command of `Healthcheck.Test`: `["CMD", program, …]` or `["CMD-SHELL", line]`; `NONE` where it is switched off. */
export function healthcheckOf(test: unknown): ByteString {
  const [kind, ...words] = listOf(test).map(textOf);
  switch (kind) {
    case 'NONE':
      return kind;
    case 'CMD':
      return boundedText(words.join(' '));
    case 'CMD-SHELL':
      return boundedText(`/bin/sh -c ${words.join(' ')}`);
    default:
      return '';
  }
}

/** The commands of a container's probes, from what kubectl was told to make; probes without a command are none. */
export function podProbes(
  lastApplied: string | undefined,
  containerName: ByteString,
): Pick<Probes, 'livenessProbe' | 'readinessProbe'> {
  const pod = lastApplied === undefined ? undefined : parseJson(lastApplied);
  const container = listOf(at(pod, 'spec', 'containers')).find(
    one => textOf(at(one, 'name')) === containerName,
  );
  const command = (probe: string): ByteString =>
    boundedText(
      listOf(at(container, probe, 'exec', 'command'))
        .map(textOf)
        .join(' '),
    );
  return { livenessProbe: command('livenessProbe'), readinessProbe: command('readinessProbe') };
}
