/** How containers are looked for, as the container plugin is configured. (reference/falco/plugins.md 7.5) */
import { readdirSync } from 'node:fs';
import { toByteString, type ByteString } from '../events/byte-string.js';
import type { Container } from './container.js';
import type { RuntimeHook, RuntimeKind } from './runtimes/runtime.js';

export interface RuntimeSocket {
  readonly kind: RuntimeKind;
  /** With the root of the host in front. */
  readonly path: string;
}

/** A container that every process is in which is in no other: for tests of rules. */
export interface FixedContainer {
  readonly id: ByteString;
  readonly name: ByteString;
  readonly image: ByteString;
}

export interface ContainerSettings {
  readonly labelMaxLength: number;
  readonly withSize: boolean;
  readonly hooks: readonly RuntimeHook[];
  readonly sockets: readonly RuntimeSocket[];
  /** Types of containers that are not looked for. */
  readonly ignored: readonly ByteString[];
  readonly fixed: FixedContainer | null;
}

export type ContainerSettingsResult =
  | { readonly ok: true; readonly settings: ContainerSettings }
  | { readonly ok: false; readonly message: string };

/**
 * Sockets by default. Those of containerd are asked for containers outside of Kubernetes, too, where the reference knows
 * one path only.
 */
const SOCKETS: Readonly<Record<RuntimeKind, readonly string[]>> = {
  docker: ['/var/run/docker.sock'],
  podman: ['/run/podman/podman.sock', '/run/user/$uid/podman/podman.sock'],
  cri: [
    '/run/containerd/containerd.sock',
    '/run/crio/crio.sock',
    '/run/k3s/containerd/containerd.sock',
    '/run/host-containerd/containerd.sock',
  ],
  containerd: ['/run/host-containerd/containerd.sock', '/run/containerd/containerd.sock'],
};

/** In the order in which they are asked. */
const RUNTIMES: readonly RuntimeKind[] = ['docker', 'podman', 'cri', 'containerd'];

/** Engines without a socket, and the type of their containers. */
const BY_CGROUP_ONLY: Readonly<Record<string, ByteString>> = {
  lxc: 'lxc',
  libvirt_lxc: 'libvirt-lxc',
  bpm: 'bpm',
};

type Json = Readonly<Record<string, unknown>>;

const HOOKS: readonly RuntimeHook[] = ['create', 'start', 'remove'];
const LABEL_MAX_LENGTH = 100;
const EVERY_USER = '$uid';

const enabledSchema = { type: 'boolean' } as const;
const engineSchema = (more: Json): Json => ({
  type: 'object',
  properties: { enabled: enabledSchema, ...more },
});

/** The JSON schema of `init_config`. */
export const CONTAINER_SCHEMA: Json = {
  type: 'object',
  additionalProperties: true,
  properties: {
    label_max_len: {
      ...{ type: 'integer', minimum: 0 },
      description: `Longer labels are left out, in bytes; default ${String(LABEL_MAX_LENGTH)}; 0: none is.`,
    },
    with_size: { type: 'boolean', description: 'Ask for the sizes of containers, too; default false.' },
    hooks: {
      ...{ type: 'array', items: { type: 'string', enum: HOOKS } },
      description: 'When runtimes tell of a container; default create.',
    },
    engines: {
      type: 'object',
      description: 'Runtimes; those that are not named are as by default.',
      properties: {
        ...Object.fromEntries(
          RUNTIMES.map(kind => [
            kind,
            engineSchema({ sockets: { type: 'array', items: { type: 'string' }, default: SOCKETS[kind] } }),
          ]),
        ),
        ...Object.fromEntries(Object.keys(BY_CGROUP_ONLY).map(name => [name, engineSchema({})])),
        static: engineSchema({
          ...{ container_id: { type: 'string' }, container_name: { type: 'string' } },
          container_image: { type: 'string' },
        }),
      },
    },
  },
};

/** The container of `static`: nothing but what the configuration says. */
export function fixedContainer({ id, name, image }: FixedContainer): Container {
  const colon = image.lastIndexOf(':');
  const tagged = colon > image.lastIndexOf('/');
  return {
    ...{ id, name, image, fullId: id, type: 'static', imageId: '', imageDigest: '', ip: '', cniJson: '' },
    imageRepository: tagged ? image.slice(0, colon) : image,
    imageTag: tagged ? image.slice(colon + 1) : '',
    ...{ privileged: false, hostPid: false, hostNetwork: false, hostIpc: false, isPodSandbox: false },
    ...{ labels: [], mounts: [], env: [], ports: [], user: '', createdTime: 0, size: -1 },
    ...{ healthcheck: '', livenessProbe: '', readinessProbe: '' },
    ...{ podSandboxId: '', podSandboxLabels: [] },
  };
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

class Invalid extends Error {}

/** What is wrong is told as the reference tells of a plugin's configuration. */
function refuse(where: string, what: string): never {
  throw new Invalid(`error in plugin container init config: In ${where}, ${what}`);
}

function member<T>(
  object: Json,
  key: string,
  where: string,
  type: string,
  is: (value: unknown) => value is T,
  absent: T,
): T {
  const value = object[key];
  if (value === undefined || value === null) return absent;
  return is(value) ? value : refuse(`${where}[${key}]`, `the value is not ${type}`);
}

const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
const isText = (value: unknown): value is string => typeof value === 'string';
const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText);
const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
const isHooks = (value: unknown): value is readonly RuntimeHook[] =>
  isTexts(value) && value.every(hook => (HOOKS as readonly string[]).includes(hook));

/**
 * Reads `init_config` of the container plugin, as JSON text; empty: all by default.
 * @param hostRoot the root of the host, in front of each socket's path
 */
export function readSettings(initConfig: string, hostRoot: string): ContainerSettingsResult {
  let config: unknown;
  try {
    config = JSON.parse(initConfig.trim() === '' ? '{}' : initConfig);
  } catch {
    return { ok: false, message: 'error in plugin container: init config is not a valid json' };
  }
  try {
    return { ok: true, settings: settingsOf(config ?? {}, hostRoot) };
  } catch (error) {
    if (error instanceof Invalid) return { ok: false, message: error.message };
    throw error;
  }
}

function settingsOf(config: unknown, hostRoot: string): ContainerSettings {
  if (!isObject(config)) return refuse('<root>', 'the value is not a mapping');
  const root = '<root>';
  const engines = member(config, 'engines', root, 'a mapping', isObject, {});
  const place = '<root>[engines]';
  const engine = (name: string): Json => member(engines, name, place, 'a mapping', isObject, {});
  const enabled = (name: string, absent: boolean): boolean =>
    member(engine(name), 'enabled', `${place}[${name}]`, 'true or false', isBoolean, absent);
  const sockets = RUNTIMES.filter(kind => enabled(kind, true)).flatMap(kind => {
    const paths = member(
      engine(kind),
      'sockets',
      `${place}[${kind}]`,
      'a list of paths',
      isTexts,
      SOCKETS[kind],
    );
    const found = paths.flatMap(path => forEveryUser(path, hostRoot)).map(path => hostRoot + path);
    return [...new Set(found)].map(path => ({ kind, path }));
  });
  const fixed = engine('static');
  const text = (key: string): ByteString =>
    toByteString(member(fixed, key, `${place}[static]`, 'a text', isText, ''));
  return {
    labelMaxLength: member(config, 'label_max_len', root, 'a whole number', isCount, LABEL_MAX_LENGTH),
    withSize: member(config, 'with_size', root, 'true or false', isBoolean, false),
    hooks: member(config, 'hooks', root, `a list of ${HOOKS.join(', ')}`, isHooks, ['create']),
    sockets,
    ignored: Object.entries(BY_CGROUP_ONLY).flatMap(([name, type]) => (enabled(name, true) ? [] : [type])),
    fixed: enabled('static', false)
      ? { id: text('container_id'), name: text('container_name'), image: text('container_image') }
      : null,
  };
}

/** `/run/user/$uid/…` for each user who has a folder there now. */
function forEveryUser(path: string, hostRoot: string): readonly string[] {
  const at = path.indexOf(EVERY_USER);
  if (at < 0) return [path];
  try {
    return readdirSync(hostRoot + path.slice(0, at)).map(user => path.replace(EVERY_USER, user));
  } catch {
    return [];
  }
}
