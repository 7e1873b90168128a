import type { ParamTypeName } from './param-types.js';
import type { PrintFormat } from '../event-table.js';

/** Parameters of a type that varies: the first byte is an index into the table, the value follows in that row's type. */
export type DynamicRow = readonly [type: ParamTypeName, format: PrintFormat];

// prettier-ignore
export const DYNAMIC_TABLES = {
  sockopt_dynamic_param: [
    ['BYTEBUF', 'hex'],
    ['ERRNO',   'dec'],
    ['UINT32',  'dec'],
    ['UINT64',  'dec'],
    ['RELTIME', 'dec'],
  ],
  ptrace_dynamic_param: [
    ['UINT64',  'hex'],
    ['SIGTYPE', 'dec'],
  ],
  bpf_dynamic_param: [
    ['FD',      'dec'],
    ['ERRNO',   'dec'],
  ],
  keyctl_dynamic_param: [
    ['INT64',   'dec'],
    ['CHARBUF', 'na'],
  ],
} as const satisfies Readonly<Record<string, readonly DynamicRow[]>>;
