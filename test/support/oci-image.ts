/** Makes container images (OCI image layout 1.0, one layer, as a tar archive) without a registry or a builder. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { tar } from './tar.js';
import type { TarEntry } from './tar.js';

const APPLETS = [
  'sh',
  'sed',
  'cat',
  'sleep',
  'ls',
  'echo',
  'true',
  'touch',
  'mkdir',
  'rm',
  'mv',
  'ln',
  'id',
  'nc',
  'httpd',
];

/** A root file system of busybox with a small /etc, and what else is asked for. */
export function busyboxLayer(more: readonly TarEntry[] = []): Buffer {
  const folders = ['bin', 'etc', 'proc', 'sys', 'dev', 'tmp', 'root'];
  const entries: TarEntry[] = [
    ...folders.map((path): TarEntry => ({ kind: 'folder', path: `${path}/` })),
    { kind: 'file', path: 'bin/busybox', mode: 0o755, content: readFileSync('/bin/busybox') },
    ...APPLETS.map((name): TarEntry => ({ kind: 'link', path: `bin/${name}`, target: 'busybox' })),
    {
      kind: 'file',
      path: 'etc/passwd',
      content: 'root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33:www-data:/var/www:/bin/false\n',
    },
    { kind: 'file', path: 'etc/shadow', mode: 0o600, content: 'root:*:19000:0:99999:7:::\n' },
    { kind: 'file', path: 'etc/group', content: 'root:x:0:\nwww-data:x:33:\n' },
    ...more,
  ];
  return tar(entries);
}

/** The archive of an image with this full name (such as docker.io/library/httpd:2.4) for `ctr image import`. */
export function ociImage(name: string, layer: Buffer, command: readonly string[] = ['/bin/sh']): Buffer {
  const blobs: TarEntry[] = [];
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  const put = (
    content: Buffer | object,
    mediaType: string,
  ): { mediaType: string; digest: string; size: number } => {
    const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
    const hash = createHash('sha256').update(bytes).digest('hex');
    blobs.push({ kind: 'file', path: `blobs/sha256/${hash}`, content: bytes });
    return { mediaType, digest: `sha256:${hash}`, size: bytes.length };
  };
  const layerRow = put(layer, 'application/vnd.oci.image.layer.v1.tar');
  const config = put(
    {
      architecture,
      os: 'linux',
      config: { Env: ['PATH=/bin:/sbin:/usr/bin:/usr/sbin'], Cmd: command },
      rootfs: { type: 'layers', diff_ids: [layerRow.digest] },
    },
    'application/vnd.oci.image.config.v1+json',
  );
  const manifest = put(
    { schemaVersion: 2, mediaType: 'application/vnd.oci.image.manifest.v1+json', config, layers: [layerRow] },
    'application/vnd.oci.image.manifest.v1+json',
  );
  const index = {
    schemaVersion: 2,
    manifests: [
      {
        ...manifest,
        platform: { os: 'linux', architecture },
        annotations: { 'io.containerd.image.name': name },
      },
    ],
  };
  return tar([
    { kind: 'folder', path: 'blobs/' },
    { kind: 'folder', path: 'blobs/sha256/' },
    ...blobs,
    { kind: 'file', path: 'oci-layout', content: '{"imageLayoutVersion":"1.0.0"}' },
    { kind: 'file', path: 'index.json', content: JSON.stringify(index) },
  ]);
}
