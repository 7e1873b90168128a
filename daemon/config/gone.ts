/** Keys of earlier Falco releases that nothing reads any more, and what to write instead (reference/falco/config.md 1.5). */
export const GONE: Readonly<Record<string, string>> = {
  outputs: 'alerts are not rate limited any more; remove it',
  'outputs_queue.recovery': 'a full queue drops and counts; remove it',
  'webserver.k8s_audit_endpoint': 'audit events come through a plugin; remove it',
  grpc: 'the gRPC server is gone; use http_output or program_output',
  grpc_output: 'the gRPC output is gone; use http_output or program_output',
  metadata_download: 'nothing is downloaded from Kubernetes any more; remove it',
  syscall_buf_size_preset: 'use engine.modern_ebpf.buf_size_preset',
  syscall_drop_failed_exit: 'use engine.modern_ebpf.drop_failed_exit',
  modern_bpf: 'use engine.modern_ebpf.cpus_for_each_buffer',
  'engine.ebpf': 'use engine.kind: modern_ebpf',
  'engine.gvisor': 'gVisor is not supported any more; remove it',
  container_engines: 'use init_config of the container plugin',
};
