/** An exception for a rule, to start from: valid as it stands, which a test sees to. */
import type { RuleException, RuleText } from './rule-file.js';

/** What a field may look like in an exception. */
// prettier-ignore
const SAMPLES: Readonly<Record<string, string>> = {
  'proc.name':                  'our-agent',
  'proc.pname':                 'our-agent',
  'proc.exepath':               '/opt/our/bin/our-agent',
  'proc.pexepath':              '/opt/our/bin/our-agent',
  'proc.aexepath':              '/opt/our/bin/our-agent',
  'proc.cmdline':               '"our-agent --nightly"',
  'proc.pcmdline':              '"our-agent --nightly"',
  'proc.args':                  '"--nightly"',
  'container.image.repository': 'registry.example/our/image',
  'container.name':             'our-agent',
  'fd.name':                    '/opt/our/file',
  'fs.path.name':               '/opt/our/file',
  'fs.path.source':             '/opt/our/file',
  'fs.path.target':             '/opt/our/file',
  'fd.sip':                     '"192.0.2.10"',
  'fd.sport':                   '8443',
  'fd.rport':                   '8443',
  'fd.rip':                     '"192.0.2.10"',
  'user.name':                  'our-user',
  'user.uid':                   '4711',
  'evt.arg.target':             '/opt/our/file',
  'evt.arg.dev':                '/dev/our-disk',
  'evt.arg.name':               'our-module',
  'proc.env[LD_PRELOAD]':       '/opt/our/library.so',
  'proc.env[http_proxy]':       '"http://proxy.example:3128"',
  'proc.env[https_proxy]':      '"http://proxy.example:3128"',
  'fd.cip':                     '"192.0.2.10"',
  'fd.rnet':                    '"192.0.2.0/24"',
};

const list = (value: string | readonly string[]): readonly string[] =>
  typeof value === 'string' ? [value] : value;

const isEmpty = ({ values }: RuleException): boolean => (values ?? []).length === 0;

/** Of the rule's exceptions the first that waits to be filled in, else the first. */
export function exampleOf({ rule, exceptions }: RuleText): string {
  const chosen = exceptions.find(isEmpty) ?? exceptions[0];
  if (chosen === undefined) throw new Error(`rule '${rule}' has no exception`);
  const samples = list(chosen.fields).map((field, i) => sample(field, list(chosen.comps)[i] ?? 'in'));
  const row = typeof chosen.fields === 'string' ? samples[0]! : `[${samples.join(', ')}]`;
  return [
    `- rule: ${rule}`,
    '  exceptions:',
    `    - name: ${chosen.name}`,
    '      values:',
    `        - ${row}`,
    '  override:',
    '    exceptions: append',
  ].join('\n');
}

function sample(field: string, comp: string): string {
  const text = SAMPLES[field];
  if (text === undefined) throw new Error(`no sample for the field '${field}'`);
  return / (anyof|oneof|allof)$|^pmatch$/.test(comp) ? `[${text}]` : text;
}
