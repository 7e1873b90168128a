/** Ports by the names of their services, as getservbyname knows them: /etc/services, else the best known. */
import { readFileSync } from 'node:fs';

// prettier-ignore
const WELL_KNOWN: readonly (readonly [string, number])[] = [
  ['ftp-data', 20], ['ftp', 21], ['ssh', 22],       ['telnet', 23],  ['smtp', 25],   ['domain', 53], ['bootps', 67],
  ['bootpc', 68],   ['tftp', 69], ['http', 80],     ['kerberos', 88], ['pop3', 110], ['sunrpc', 111], ['ntp', 123],
  ['imap2', 143],   ['snmp', 161], ['ldap', 389],   ['https', 443],  ['syslog', 514], ['ldaps', 636], ['imaps', 993],
  ['pop3s', 995],   ['mysql', 3306], ['postgresql', 5432],
];

let table: ReadonlyMap<string, number> | null = null;

function read(): ReadonlyMap<string, number> {
  const ports = new Map<string, number>();
  let text = '';
  try {
    text = readFileSync('/etc/services', 'latin1');
  } catch {
    // Slim images have no such file.
  }
  for (const line of text.split('\n')) {
    const [name, port, ...aliases] = line.replace(/#.*/, '').trim().split(/\s+/);
    const number = parseInt(port ?? '', 10);
    if (name === undefined || Number.isNaN(number)) continue;
    for (const key of [name, ...aliases]) if (!ports.has(key)) ports.set(key, number);
  }
  for (const [name, port] of WELL_KNOWN) if (!ports.has(name)) ports.set(name, port);
  return ports;
}

/** Port number of a service; undefined when nobody knows it. */
export function servicePort(name: string): number | undefined {
  table ??= read();
  return table.get(name);
}
