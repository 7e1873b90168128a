/** The words for everything that keeps the driver from running: what is missing, and what to do. */
import type { DriverError } from './driver.js';
import type { NativeError } from './native.js';

const WORDS: Readonly<Record<DriverError['code'], (subject: string) => string>> = {
  'no-permission': subject =>
    subject === ''
      ? 'the kernel does not let this process use eBPF although it has the capabilities: a user namespace, a seccomp profile or kernel lockdown forbids it. Run falco outside of that container or profile'
      : `no permission to use eBPF: this process (uid ${String(process.getuid?.())}) lacks ${subject}. Run falco as root, or give it CAP_BPF, CAP_PERFMON, CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH`,
  'no-btf': subject =>
    `the kernel's type information ${subject} is missing: the driver needs a kernel that was built with CONFIG_DEBUG_INFO_BTF=y`,
  'kernel-too-old': subject =>
    `the kernel ${subject} is too old: the driver needs Linux 5.8 or newer. Boot a newer kernel`,
  refused: subject =>
    `the kernel's verifier refused the driver program ${subject}. Install a version of falco that knows this kernel, or report its log`,
  interrupted: () =>
    'this process was stopped again and again while the kernel checked the driver. See what stops it, or freezes its cgroup, and start it again',
  'no-object': subject =>
    `${subject} is missing or damaged: run "make" in the source tree, or install falco again`,
  'no-memory': subject =>
    `not enough memory for ${subject}: lower engine.modern_ebpf.buf_size_preset or raise engine.modern_ebpf.cpus_for_each_buffer`,
  busy: subject => `${subject} is in use by another process: stop that one first`,
  unsupported: subject => `the driver cannot run here: ${subject}`,
};

export function driverError(error: NativeError): DriverError {
  const message = `cannot open the driver: ${WORDS[error.code](error.subject)}`;
  return { code: error.code, message: message.replace(/\s*\n\s*/g, ' '), details: error.details };
}
