/** Keys of earlier Falco releases that nothing reads any more, and what to write instead (reference/falco/config.md 1.5). */

export interface GoneKey {
  /** The releases that read it. */
  readonly releases: string;
  /** What to do about it, as words after a colon. */
  readonly instead: string;
}

/** The one key that is still read under its old name, and is no key of the schema. */
export const RENAMED = { from: 'rules_file', to: 'rules_files' } as const;

const NOT_LIMITED = 'alerts are not limited in number; write alerts.throttle to have that';
const GRPC = 'the gRPC server is gone; use http_output or program_output';
const NO_DOWNLOAD = 'nothing is downloaded from Kubernetes any more; remove it';
const GVISOR = 'gVisor is not supported any more; remove it';

/** By path; a path stands for all that is below it, too. */
// prettier-ignore
export const GONE: ReadonlyMap<string, GoneKey> = new Map([
  ['outputs',                             { releases: 'up to 0.36', instead: NOT_LIMITED }],
  ['outputs.rate',                        { releases: 'up to 0.36', instead: 'write alerts.throttle.rate (and alerts.throttle.enabled: true), which counts for each rule' }],
  ['outputs.max_burst',                   { releases: 'up to 0.36', instead: 'write alerts.throttle.burst, which counts for each rule' }],
  ['outputs_queue.recovery',              { releases: '0.36.0',     instead: 'a full queue drops and counts; remove it' }],
  ['grpc',                                { releases: 'up to 0.43', instead: GRPC }],
  ['grpc_output',                         { releases: 'up to 0.43', instead: 'the gRPC output is gone; use http_output or program_output' }],
  ['metadata_download',                   { releases: '0.30 to 0.36', instead: NO_DOWNLOAD }],
  ['syscall_buf_size_preset',             { releases: '0.33 to 0.37', instead: 'write engine.modern_ebpf.buf_size_preset' }],
  ['syscall_drop_failed_exit',            { releases: '0.35 to 0.37', instead: 'write engine.modern_ebpf.drop_failed_exit' }],
  ['modern_bpf',                          { releases: '0.34 to 0.37', instead: 'write engine.modern_ebpf' }],
  ['modern_bpf.cpus_for_each_syscall_buffer', { releases: '0.34 to 0.37', instead: 'write engine.modern_ebpf.cpus_for_each_buffer' }],
  ['engine.ebpf',                         { releases: '0.37 to 0.43', instead: 'there is one driver; write engine.modern_ebpf' }],
  ['engine.gvisor',                       { releases: '0.37 to 0.43', instead: GVISOR }],
  ['container_engines',                   { releases: '0.39 to 0.40', instead: 'it counts as init_config.engines of the plugin container; write that' }],
]);
