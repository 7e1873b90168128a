/** Files as they were written for earlier releases: nothing of them keeps the daemon from starting. */
import assert from 'node:assert/strict';
import { loadConfigText } from '../../../daemon/config/load.js';

const OF_2021 = `
rules_file:
  - /etc/falco/falco_rules.yaml
  - /etc/falco/rules.d
time_format_iso_8601: false
json_output: false
json_include_output_property: true
log_stderr: true
log_syslog: true
log_level: info
priority: debug
buffered_outputs: false
syscall_event_drops:
  actions: [log, alert]
  rate: .03333
  max_burst: 10
syscall_event_timeouts:
  max_consecutives: 1000
output_timeout: 2000
outputs:
  rate: 1
  max_burst: 1000
syslog_output:
  enabled: true
file_output:
  enabled: false
  keep_alive: false
  filename: ./events.txt
stdout_output:
  enabled: true
webserver:
  enabled: false
  listen_port: 8765
  k8s_healthz_endpoint: /healthz
  k8s_audit_endpoint: /k8s-audit
  ssl_enabled: false
  ssl_certificate: /etc/falco/falco.pem
program_output:
  enabled: false
  keep_alive: false
  program: "jq '{text: .output}' | curl -d @- -X POST https://chat.example/hook"
http_output:
  enabled: false
  url: http://some.url
grpc:
  enabled: false
  bind_address: "unix:///var/run/falco.sock"
  threadiness: 0
grpc_output:
  enabled: false
`;

const OF_2024 = `
rules_files: [/etc/falco/falco_rules.yaml]
watch_config_files: false
engine:
  kind: modern_ebpf
  kmod: {buf_size_preset: 4, drop_failed_exit: false}
  ebpf: {probe: /root/.falco/falco-bpf.o, buf_size_preset: 4}
  modern_ebpf: {cpus_for_each_buffer: 2, buf_size_preset: 4}
  replay: {capture_file: ""}
  gvisor: {config: "", root: ""}
load_plugins: []
plugins:
  - name: k8saudit
    library_path: libk8saudit.so
    init_config:
    open_params: "http://:9765/k8s-audit"
  - name: json
    library_path: libjson.so
outputs_queue: {capacity: 0, recovery: 1}
metadata_download: {max_mb: 100, chunk_wait_us: 1000, watch_freq_sec: 1}
modern_bpf: {cpus_for_each_syscall_buffer: 2}
syscall_buf_size_preset: 4
syscall_drop_failed_exit: false
`;

describe('A falco.yaml of earlier releases', () => {
  /** The keys that warnings are about. */
  const warned = (yaml: string): readonly string[] => {
    const loaded = loadConfigText(yaml, []);
    assert.ok(loaded.ok, loaded.ok ? '' : loaded.message);
    return loaded.warnings.map(
      text => /^config:\d+:\d+: '([^']+)' (?:has no effect any more|is deprecated)/.exec(text)?.[1] ?? text,
    );
  };

  it('of 2021 loads, and is told what to write today', () => {
    assert.deepEqual(warned(OF_2021).toSorted(), [
      'grpc',
      'grpc_output',
      'outputs.max_burst',
      'outputs.rate',
      'rules_file',
    ]);
  });

  it('of 2024 loads, and is told what to write today', () => {
    assert.deepEqual(warned(OF_2024).toSorted(), [
      'engine.ebpf',
      'engine.gvisor',
      'metadata_download',
      'modern_bpf.cpus_for_each_syscall_buffer',
      'outputs_queue.recovery',
      'syscall_buf_size_preset',
      'syscall_drop_failed_exit',
    ]);
  });
});
