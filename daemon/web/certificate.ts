/** One PEM file that holds certificate and key (webserver.ssl_certificate, sslCertificate of the plugin k8saudit). */
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';

const CLIENT_CA = 'k8s_audit.client_ca';

export interface CertificateOptions {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly minVersion: 'TLSv1.2';
  /** Certificates that those of clients are checked against. */
  readonly ca?: Buffer;
}

/** The files, and what messages call the first of them. */
export interface CertificateFiles {
  readonly name: string;
  readonly path: string;
  /** Empty: clients are not asked for certificates. */
  readonly clientCa: string;
}

export type Certificate =
  | { readonly ok: true; readonly options: CertificateOptions }
  | { readonly ok: false; readonly message: string };

export function readCertificate({ name, path, clientCa }: CertificateFiles): Certificate {
  let reading = `${name} ${path}`;
  const refuse = (why: string): Certificate => ({ ok: false, message: `${reading}: ${why}` });
  let pem: Buffer;
  let ca: Buffer | undefined;
  try {
    pem = readFileSync(path);
    if (clientCa !== '') {
      reading = `${CLIENT_CA} ${clientCa}`;
      ca = readFileSync(clientCa);
      if (!ca.includes('CERTIFICATE-----')) return refuse('there is no certificate in it');
      reading = `${name} ${path}`;
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return refuse(code === 'ENOENT' ? 'no such file' : message);
  }
  for (const part of ['CERTIFICATE', 'PRIVATE KEY'])
    if (!pem.includes(`${part}-----`)) return refuse(`there is no ${part.toLowerCase()} in it`);
  const options: CertificateOptions = {
    ...{ cert: pem, key: pem, minVersion: 'TLSv1.2' },
    ...(ca === undefined ? {} : { ca }),
  };
  try {
    createSecureContext(options);
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
  return { ok: true, options };
}
