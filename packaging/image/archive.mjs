/**
 * Makes the archive of a container image from a root file system: one layer, as OCI has it, and beside that the list that
 * `docker load` reads. No builder and no daemon; the same tree and time give the same bytes.
 *   node packaging/image/archive.mjs ROOT ARCHIVE ARCHITECTURE VERSION NAME     SOURCE_DATE_EPOCH: the time of everything
 * Needs tar and gzip.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

const [root, archive, architecture, version, name] = process.argv.slice(2);
const seconds = Number(process.env.SOURCE_DATE_EPOCH ?? 0);
const created = new Date(seconds * 1000).toISOString().replace('.000', '');
const layout = `${archive}.d`;
const blobs = join(layout, 'blobs/sha256');

const TAR = [
  ...['--create', '--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--format=gnu'],
  `--mtime=@${seconds}`,
];

/** What a container of the image has when nobody says otherwise. */
const CONFIG = {
  Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOST_ROOT=/host', 'HOME=/root'],
  Cmd: ['/usr/bin/falco'],
  WorkingDir: '/',
  ExposedPorts: { '8765/tcp': {} },
  StopSignal: 'SIGTERM',
  Labels: {
    'org.opencontainers.image.title': 'falco',
    'org.opencontainers.image.description': 'Runtime security: watches system calls through eBPF',
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.licenses': 'Apache-2.0',
    'org.opencontainers.image.created': created,
  },
};

async function digest(path, ...through) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), ...through, hash);
  return hash.digest('hex');
}

/** Moves a file to where its content is found by its hash; gives the row that refers to it. */
async function put(path, mediaType) {
  const hash = await digest(path);
  const size = statSync(path).size;
  renameSync(path, join(blobs, hash));
  return { mediaType, digest: `sha256:${hash}`, size };
}

function putObject(value, mediaType) {
  const path = join(layout, 'new');
  writeFileSync(path, JSON.stringify(value));
  return put(path, mediaType);
}

rmSync(layout, { recursive: true, force: true });
mkdirSync(blobs, { recursive: true });
const packed = join(layout, 'layer');
execFileSync('sh', ['-c', 'tar "$@" | gzip -6n >"$0"', packed, ...TAR, '--directory', root, '.']);
const unpackedDigest = `sha256:${await digest(packed, createGunzip())}`;
const layer = await put(packed, 'application/vnd.oci.image.layer.v1.tar+gzip');
const config = await putObject(
  {
    created,
    architecture,
    os: 'linux',
    config: CONFIG,
    rootfs: { type: 'layers', diff_ids: [unpackedDigest] },
    history: [{ created, created_by: 'packaging/build image' }],
  },
  'application/vnd.oci.image.config.v1+json',
);
const manifest = await putObject(
  { schemaVersion: 2, mediaType: 'application/vnd.oci.image.manifest.v1+json', config, layers: [layer] },
  'application/vnd.oci.image.manifest.v1+json',
);
const blobOf = row => `blobs/sha256/${row.digest.slice('sha256:'.length)}`;
const files = {
  'oci-layout': { imageLayoutVersion: '1.0.0' },
  'index.json': {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [
      {
        ...manifest,
        platform: { os: 'linux', architecture },
        annotations: {
          'io.containerd.image.name': name,
          'org.opencontainers.image.ref.name': version,
        },
      },
    ],
  },
  'manifest.json': [{ Config: blobOf(config), RepoTags: [name], Layers: [blobOf(layer)] }],
};
for (const [file, value] of Object.entries(files)) writeFileSync(join(layout, file), JSON.stringify(value));
execFileSync('tar', [
  ...TAR,
  ...['--file', archive, '--directory', layout],
  ...['oci-layout', 'index.json', 'manifest.json', 'blobs'],
]);
rmSync(layout, { recursive: true });
console.error(`image: ${basename(archive)}: ${name}`);
