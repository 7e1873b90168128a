/** What the blocks of a capture hold (reference/falco/tables/scap_types.json, blocks). */
export type BlockRow =
  | { readonly kind: 'section' | 'machine' }
  | { readonly kind: 'processes' | 'fds' | 'interfaces' | 'users'; readonly version: number }
  /** `header`: where the event's header is, behind the block's own; version 1 does not count the parameters. */
  | { readonly kind: 'event'; readonly version: 1 | 2; readonly flags: boolean };

export const SECTION_BLOCK = 0x0a0d0d0a;
export const MACHINE_BLOCK = 0x201;
export const PROCESS_BLOCK_V9 = 0x215;
export const FD_BLOCK_V2 = 0x218;
export const INTERFACE_BLOCK_V2 = 0x219;
export const USER_BLOCK_V2 = 0x220;
export const EVENT_BLOCK_V2 = 0x216;
export const EVENT_BLOCK_V2_LARGE = 0x221;

// prettier-ignore
const ROWS: readonly (readonly [ids: readonly number[], row: BlockRow])[] = [
  [[SECTION_BLOCK],              { kind: 'section' }],
  [[MACHINE_BLOCK, 0x8002abcd],  { kind: 'machine' }],
  [[0x202, 0x8000abcd],          { kind: 'processes',  version: 1 }],
  [[0x207, 0x8013abcd],          { kind: 'processes',  version: 2 }],
  [[0x209, 0x8014abcd],          { kind: 'processes',  version: 3 }],
  [[0x210],                      { kind: 'processes',  version: 4 }],
  [[0x211],                      { kind: 'processes',  version: 5 }],
  [[0x212],                      { kind: 'processes',  version: 6 }],
  [[0x213],                      { kind: 'processes',  version: 7 }],
  [[0x214],                      { kind: 'processes',  version: 8 }],
  [[PROCESS_BLOCK_V9],           { kind: 'processes',  version: 9 }],
  [[0x203, 0x8001abcd],          { kind: 'fds',        version: 1 }],
  [[FD_BLOCK_V2],                { kind: 'fds',        version: 2 }],
  [[0x205, 0x8011abcd],          { kind: 'interfaces', version: 1 }],
  [[INTERFACE_BLOCK_V2],         { kind: 'interfaces', version: 2 }],
  [[0x206, 0x8012abcd],          { kind: 'users',      version: 1 }],
  [[USER_BLOCK_V2],              { kind: 'users',      version: 2 }],
  [[0x204, 0x8010abcd],          { kind: 'event',      version: 1, flags: false }],
  [[0x208],                      { kind: 'event',      version: 1, flags: true  }],
  [[EVENT_BLOCK_V2],             { kind: 'event',      version: 2, flags: false }],
  [[0x217],                      { kind: 'event',      version: 2, flags: true  }],
  [[EVENT_BLOCK_V2_LARGE],       { kind: 'event',      version: 2, flags: false }],
  [[0x222],                      { kind: 'event',      version: 2, flags: true  }],
];

const BY_ID = new Map(ROWS.flatMap(([ids, row]) => ids.map(id => [id, row] as const)));

/** The row of a block's type; undefined: a block that is to be skipped. */
export function blockRow(id: number): BlockRow | undefined {
  return BY_ID.get(id);
}
