/** What the daemon says of a rendered falco.yaml and the rules with it: `falco --dry-run`, in a folder as in the image. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubernetesObject } from '../../support/helm/helm.js';
import { patience } from '../../support/live.js';
import { projectRoot } from '../../support/project.js';
import { falco } from '../../support/run-daemon.js';
import { workloadOf } from './workload.js';

export interface Verdict {
  readonly code: number | null;
  /** Lines of the log that tell of something wrong. */
  readonly problems: readonly string[];
}

type Data = Readonly<Record<string, string>>;

/** Where ConfigMaps are mounted, by the ends of their names. */
const PLACES = [
  ['-rules', 'rules.d'],
  ['-config-d', 'config.d'],
  ['', 'chart'],
] as const;
/** What the image has; falcoctl's folder hides it, and `falco-rules` of its registry is the first of these. */
const DELIVERED = ['falco_rules.yaml', 'falco_rules.local.yaml', 'k8s_audit_rules.yaml'];

/** Paths below /etc/falco are those of a folder that has what the image has there, and the ConfigMaps of the objects. */
export function daemonsVerdict(objects: readonly KubernetesObject[]): Verdict {
  const folder = mkdtempSync(join(tmpdir(), 'falco-chart-'));
  try {
    for (const name of ['config.d', 'rules.d', 'chart']) mkdirSync(join(folder, name));
    for (const name of rulesFilesThere(objects)) cpSync(join(projectRoot, 'etc', name), join(folder, name));
    for (const { kind, metadata, data } of objects as readonly (KubernetesObject & { data: Data })[]) {
      if (kind !== 'ConfigMap') continue;
      const place = PLACES.find(([suffix]) => metadata.name.endsWith(suffix))![1];
      for (const [name, text] of Object.entries(data))
        writeFileSync(join(folder, place, name), text.replaceAll('/etc/falco/', `${folder}/`));
    }
    // A daemon with certificates looks at them even then.
    const certificates = ['-o', 'webserver.ssl_enabled=false', '-o', 'k8s_audit.client_ca='];
    const args = ['--dry-run', '-c', join(folder, 'chart/falco.yaml'), ...certificates];
    const { status, signal, stderr } = spawnSync(falco, args, {
      encoding: 'utf8',
      timeout: 15_000 * patience,
    });
    if (signal !== null) throw new Error(`falco --dry-run was ended by ${signal}; it had said: ${stderr}`);
    const problems = stderr
      .split('\n')
      .filter(line => /warn|fail|error|unknown|not known|ignored/i.test(line));
    return { code: status, problems };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Rules files that a pod starts with, besides those of ConfigMaps. */
function rulesFilesThere(objects: readonly KubernetesObject[]): readonly string[] {
  const { container, pod } = workloadOf(objects);
  const hidden = container.volumeMounts!.some(({ mountPath }) => mountPath === '/etc/falco');
  if (!hidden) return DELIVERED;
  const installs = (pod.initContainers ?? []).some(({ args = [] }) => args.includes('install'));
  return installs ? DELIVERED.slice(0, 1) : [];
}
