/** Certificates for tests, made by openssl: an authority, a server named localhost, and clients. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface Authority extends Certificate {
  /** A certificate that it vouches for; paths of the files. */
  issue(name: string, alternative?: string): Certificate;
  /** A folder in which OpenSSL finds it by its hash. */
  hashedFolder(): string;
}

const openssl = (...args: readonly string[]): void =>
  void execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'ignore'] });
const CURVE = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** Makes an authority of its own in the folder. */
export function makeAuthority(folder: string, name = 'authority'): Authority {
  const own = { cert: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
  openssl(
    'req',
    '-x509',
    ...CURVE,
    '-keyout',
    own.key,
    '-out',
    own.cert,
    '-days',
    '30',
    '-subj',
    `/CN=${name}`,
  );
  return {
    ...own,
    issue(subject, alternative) {
      const made = {
        cert: join(folder, `${name}-${subject}.crt`),
        key: join(folder, `${name}-${subject}.key`),
      };
      const request = join(folder, `${subject}.csr`);
      const extensions = join(folder, `${subject}.ext`);
      writeFileSync(extensions, alternative === undefined ? '' : `subjectAltName=${alternative}\n`);
      openssl('req', ...CURVE, '-keyout', made.key, '-out', request, '-subj', `/CN=${subject}`);
      openssl(
        ...['x509', '-req', '-in', request, '-CA', own.cert, '-CAkey', own.key, '-CAcreateserial'],
        ...['-out', made.cert, '-days', '30', '-extfile', extensions],
      );
      return made;
    },
    hashedFolder() {
      const path = join(folder, `${name}-folder`);
      mkdirSync(path);
      cpSync(own.cert, join(path, 'some.pem'));
      openssl('rehash', path);
      return path;
    },
  };
}
