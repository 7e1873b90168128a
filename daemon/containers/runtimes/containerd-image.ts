import { CALLS } from './containerd-messages.js';
import type { CallHeaders, GrpcSocket } from './grpc.js';
import { at, listOf, parseJson, textOf } from './json.js';
import type { Limits } from './patience.js';

/** As images call it. */
const ARCHITECTURE = process.arch === 'x64' ? 'amd64' : process.arch;

/**
 * Id of the image that a digest stands for: the digest of its configuration, which its manifest names. For images of
 * several platforms it is the manifest of ours; empty when the content is not there.
 */
export async function imageIdOf(
  grpc: GrpcSocket,
  digest: string,
  headers: CallHeaders,
  limits: Limits,
  signal: AbortSignal,
): Promise<string> {
  const json = await contentOf(grpc, digest, headers, limits, signal);
  const config = textOf(at(json, 'config', 'digest'));
  if (config !== '') return config;
  const ours = listOf(at(json, 'manifests')).find(
    row => at(row, 'platform', 'architecture') === ARCHITECTURE,
  );
  const manifest = textOf(at(ours, 'digest'));
  if (manifest === '') return '';
  return textOf(at(await contentOf(grpc, manifest, headers, limits, signal), 'config', 'digest'));
}

/** The JSON with this digest; undefined when there is none. */
async function contentOf(
  grpc: GrpcSocket,
  digest: string,
  headers: CallHeaders,
  { size: most, time }: Limits,
  signal: AbortSignal,
): Promise<unknown> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  await grpc.follow(
    CALLS.content,
    { digest },
    ({ data }) => {
      size += data.length;
      pieces.push(data);
      return size > most ? 'too long for a manifest' : undefined;
    },
    signal,
    { headers, time },
  );
  return parseJson(Buffer.concat(pieces).toString('utf8'));
}
