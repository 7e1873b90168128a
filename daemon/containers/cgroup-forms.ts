/**
 * How runtimes name the cgroups of their containers: one row a form, for the present host and for captures.
 *
 * Captures are seen with the eyes of the C++ Falco, so `captured` is its pattern, over the whole path, and the rows
 * stand in its order (reference/falco/plugins.md 7.5.1). Live, paths are looked at component by component, the
 * innermost first: `component` is the pattern of one. `why` tells where the two differ.
 */
import type { ByteString } from '../events/byte-string.js';
import type { RuntimeKind } from './runtimes/runtime.js';

export interface CgroupForm {
  /** Type of the container where the form alone tells it; else empty. */
  readonly type: ByteString;
  /** One whole component of a path; group 1 is the id. null: not a container of the present host. */
  readonly component: RegExp | null;
  /** The component around it has to be this. */
  readonly under?: string;
  /** A whole path; group 1 is the id. null: the reference does not know the form. */
  readonly captured: RegExp | null;
  /** Runtimes that may know such a container, the one that tells most first. */
  readonly runtimes: readonly RuntimeKind[];
  /** See CgroupContainer. */
  readonly unproven?: true;
  readonly why: string;
}

const EVERY: readonly RuntimeKind[] = ['docker', 'podman', 'cri', 'containerd'];
const DOCKER: readonly RuntimeKind[] = ['docker', 'cri'];
const CRI: readonly RuntimeKind[] = ['cri', 'containerd', 'docker'];
const PODMAN: readonly RuntimeKind[] = ['podman'];
const NERDCTL: readonly RuntimeKind[] = ['containerd'];
const NOBODY: readonly RuntimeKind[] = [];

export const NSPAWN = 'systemd-nspawn';

const WITHIN = 'live with groups of its own inside, too';
const INSIDE = 'live the form without the group inside';

// prettier-ignore
/** Forms with ids of 64 hexadecimal digits. */
export const ID_FORMS: readonly CgroupForm[] = [
  { type: '',       component: /^([0-9a-f]{64})$/,                             captured: /\/([0-9a-f]{64})$/,                             runtimes: EVERY,   why: WITHIN },
  { type: '',       component: /^docker-([0-9a-f]{64})\.scope$/,               captured: /\/docker-([0-9a-f]{64})\.scope$/,               runtimes: DOCKER,  why: WITHIN },
  { type: 'cri-o',  component: /^crio-([0-9a-f]{64})$/,                        captured: /\/crio-([0-9a-f]{64})$/,                        runtimes: CRI,     why: WITHIN },
  { type: '',       component: /^cri-containerd-([0-9a-f]{64})\.scope$/,       captured: /\/cri-containerd-([0-9a-f]{64})\.scope$/,       runtimes: CRI,     why: WITHIN },
  { type: 'cri-o',  component: /^crio-([0-9a-f]{64})\.scope$/,                 captured: /\/crio-([0-9a-f]{64})\.scope$/,                 runtimes: CRI,     why: WITHIN },
  { type: '',       component: /:cri-containerd:([0-9a-f]{64})$/,              captured: /:cri-containerd:([0-9a-f]{64})$/,               runtimes: CRI,     why: WITHIN },
  { type: '',       component: /^nerdctl-([0-9a-f]{64})\.scope$/,              captured: /\/nerdctl-([0-9a-f]{64})\.scope$/,              runtimes: NERDCTL, why: WITHIN },
  { type: 'podman', component: /^libpod-([0-9a-f]{64})\.scope$/,               captured: /\/libpod-([0-9a-f]{64})\.scope$/,               runtimes: PODMAN,  why: WITHIN },
  { type: 'podman', component: null,                                           captured: /\/libpod-([0-9a-f]{64})\.scope\/container$/,    runtimes: PODMAN,  why: INSIDE },
  { type: 'podman', component: /^libpod-([0-9a-f]{64})$/,                      captured: /\/libpod-([0-9a-f]{64})$/,                      runtimes: PODMAN,  why: WITHIN },
  { type: 'podman', component: /^libpod-payload-([0-9a-f]{64})\.scope$/,       captured: /\/libpod-payload-([0-9a-f]{64})\.scope$/,       runtimes: PODMAN,  why: WITHIN },
  { type: 'podman', component: null,                                           captured: /\/libpod-payload-([0-9a-f]{64})\.scope\/container$/, runtimes: PODMAN, why: INSIDE },
  { type: 'podman', component: /^libpod-payload-([0-9a-f]{64})$/,              captured: /\/libpod-payload-([0-9a-f]{64})$/,              runtimes: PODMAN,  why: WITHIN },
  // The monitor of a container runs beside it, on the host: `crio-conmon-<id>`, `libpod-conmon-<id>`.
  { type: '',       component: /(?<!conmon)[-:]([0-9a-f]{64})(?:\.scope)?$/,   captured: null,                                            runtimes: EVERY,   why: 'live other runtimes that name groups alike, but never a monitor' },
];

// prettier-ignore
/** Forms with names. */
export const NAME_FORMS: readonly CgroupForm[] = [
  { type: 'libvirt-lxc', component: /^([^/]+)$/, under: 'libvirt/lxc',                    captured: null,                                            runtimes: NOBODY, why: 'captured as lxc, the same id' },
  { type: 'lxc',         component: /^([^/]+)$/, under: 'lxc',                            captured: /\/lxc\/([^/]+)/,                                runtimes: NOBODY, why: 'live the innermost' },
  { type: 'lxc',         component: /^([^/]+)$/, under: 'lxc.payload',                    captured: /\/lxc\.payload\/([^/]+)/,                       runtimes: NOBODY, why: 'live the innermost' },
  { type: 'lxc',         component: /^lxc\.payload\.(.+)$/,                               captured: /\/lxc\.payload\.([^/]+)/,                       runtimes: NOBODY, why: 'live the innermost' },
  { type: 'libvirt-lxc', component: /^(.+)\.libvirt-lxc$/,                                captured: /\/([^/]+)\.libvirt-lxc$/,                       runtimes: NOBODY, why: WITHIN },
  { type: 'libvirt-lxc', component: /-lxc\\x2d(.+)\.scope$/,                              captured: /-lxc\\x2d([^/]+)\.scope(?:\/libvirt)?$/,        runtimes: NOBODY, why: WITHIN },
  { type: 'libvirt-lxc', component: null,                                                 captured: /\/libvirt\/lxc\/([^/]+)/,                       runtimes: NOBODY, why: 'live a row of its own in front of lxc' },
  // What a Dockerfile runs.
  { type: 'docker',      component: /^([0-9a-z]{25})$/, under: 'buildkit',                captured: null,                                            runtimes: NOBODY, why: 'captured as one of containerd, named `buildkit/…`' },
  { type: 'bpm',         component: /^bpm-(.+)\.scope$/,                                  captured: /bpm-([^/]+)\.scope$/,                           runtimes: NOBODY, why: WITHIN },
  // Virtual machines have such scopes, too; those of libvirt with their kind: `machine-qemu\x2d1\x2dname.scope`.
  { type: NSPAWN,        component: /^machine-(?!(?:qemu|xen|ch|lxc)\\x2d)(.+)\.scope$/, captured: null,                                            runtimes: NOBODY, unproven: true, why: 'the reference takes these for the host' },
  { type: NSPAWN,        component: /^systemd-nspawn@(.+)\.service$/,                     captured: null,                                            runtimes: NOBODY, unproven: true, why: 'the reference takes these for the host' },
];

/** The component in which systemd-nspawn itself runs, on the host, inside the group of its container. */
export const HOST_SIDE = 'supervisor';

/** What the component around a bare id says of its runtime. */
// prettier-ignore
export const PARENTS: readonly { readonly parent: RegExp; readonly runtimes: readonly RuntimeKind[] }[] = [
  { parent: /^docker$/,             runtimes: DOCKER },
  { parent: /^libpod_parent$/,      runtimes: PODMAN },
  { parent: /^kubepods|^pod[0-9a-f]/, runtimes: CRI },
];

/**
 * A namespace of containerd and a name in it, as `ctr` makes them: `/default/web`. The reference takes any group below
 * another for one. On the present host that would make containers of services and sessions: there both have to be names
 * that containerd allows, not those of units, with nothing around or inside; and it has to be proved that the process
 * is in a container (see container-id.ts). Podman's monitors and what they run, all in `/libpod_parent/conmon`, are not.
 */
export const NAMESPACED = {
  captured: /\/[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*\//,
  live: /^\/(?!libpod_parent\/)([A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*)\/([A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*)$/,
  unit: { captured: /\.(?:service|slice|scope)$/, live: /\.(?:service|slice|scope|mount|swap|socket)$/ },
  longest: 64,
  runtimes: ['containerd'] as readonly RuntimeKind[],
} as const;
