import assert from 'node:assert/strict';
import { ipText } from '../../../daemon/events/address.js';
import { FdType } from '../../../daemon/state/fd.js';
import type { Inspector } from '../../../daemon/state/inspector.js';
import { describeShared } from '../../support/shared.js';
import { runTrace, traces } from '../../support/trace.js';

// prettier-ignore
const TYPE_NAMES: Readonly<Record<number, string>> = {
  [FdType.file]: 'file', [FdType.fileV2]: 'file', [FdType.directory]: 'directory', [FdType.ipv4]: 'ipv4',
  [FdType.ipv6]: 'ipv6', [FdType.ipv4Server]: 'ipv4', [FdType.ipv6Server]: 'ipv6', [FdType.fifo]: 'pipe',
  [FdType.unix]: 'unix', [FdType.eventfd]: 'event', [FdType.signalfd]: 'signalfd', [FdType.eventpoll]: 'eventpoll',
  [FdType.inotify]: 'inotify', [FdType.timerfd]: 'timerfd', [FdType.bpf]: 'bpf', [FdType.userfaultfd]: 'userfaultfd',
  [FdType.ioUring]: 'io_uring', [FdType.memfd]: 'memfd', [FdType.pidfd]: 'pidfd',
};

/** Fields that show the state as it is, without the rendering of the fields' own room. */
const READERS: Readonly<Record<string, (inspector: Inspector) => unknown>> = {
  'evt.num': ({ view }) => view.num,
  'evt.type': ({ view }) => view.name,
  'fd.num': ({ view }) => view.fdNum,
  'fd.name': ({ view }) => view.fd?.name,
  'fd.type': ({ view }) => TYPE_NAMES[view.fd?.type ?? 0],
  'fd.ino': ({ view }) => view.fd?.ino,
  'fd.connected': ({ view }) => view.fd?.connected,
  'fd.name_changed': ({ view }) => view.fdNameChanged,
  'fd.cip': ({ view }) => view.fd && ipText(view.fd.role === 'server' ? view.fd.remoteIp : view.fd.localIp),
  'fd.sip': ({ view }) => view.fd && ipText(view.fd.role === 'server' ? view.fd.localIp : view.fd.remoteIp),
  'fd.cport': ({ view }) => view.fd && (view.fd.role === 'server' ? view.fd.remotePort : view.fd.localPort),
  'fd.sport': ({ view }) => view.fd && (view.fd.role === 'server' ? view.fd.localPort : view.fd.remotePort),
  'user.uid': ({ view }) => view.thread?.uid,
  'group.gid': ({ view }) => view.thread?.gid,
  'proc.name': ({ view }) => view.thread?.comm,
  'proc.exe': ({ view }) => view.thread?.exe,
  'proc.exepath': ({ view }) => view.thread?.exepath,
  'proc.cwd': ({ view, threads }) => view.thread && threads.main(view.thread).cwd,
  'proc.pid': ({ view }) => view.thread?.pid,
  'proc.vpid': ({ view }) => view.thread?.vpid,
  'thread.vtid': ({ view }) => view.thread?.vtid,
  'proc.sid': ({ view }) => view.thread?.sid,
  'proc.vpgid': ({ view }) => view.thread?.vpgid,
  'proc.args': ({ view }) => view.thread?.args.join(' '),
  'proc.env': ({ view }) => view.thread?.env.join(' '),
  'proc.tty': ({ view }) => view.thread?.tty,
  'proc.vmsize': ({ view }) => view.thread?.vmSize,
  'proc.vmrss': ({ view }) => view.thread?.vmRss,
  'proc.vmswap': ({ view }) => view.thread?.vmSwap,
  'proc.fdlimit': ({ view }) => view.thread?.fdlimit,
  'thread.pfmajor': ({ view }) => view.thread?.pfMajor,
  'thread.pfminor': ({ view }) => view.thread?.pfMinor,
  'proc.exe_ino': ({ view }) => view.thread?.exeIno,
  'proc.exe_ino.ctime': ({ view }) => view.thread?.exeInoCtime,
  'proc.exe_ino.mtime': ({ view }) => view.thread?.exeInoMtime,
  'proc.nchilds': ({ view, threads }) => view.thread && threads.main(view.thread).threadCount - 1,
  'proc.ppid': ({ view, threads }) => view.thread && threads.parent(view.thread)?.pid,
  'proc.pname': ({ view, threads }) => view.thread && threads.parent(view.thread)?.comm,
  'proc.pexepath': ({ view, threads }) => view.thread && threads.parent(view.thread)?.exepath,
  'proc.stdin.name': ({ view, threads }) => view.thread && threads.fd(view.thread, 0)?.name,
};

/** Traces whose values come from what upstream tests do besides sending events, or that the fields' room judges. */
const LEFT_OUT = [
  'PROC_FILTER_pgid_family', // changes the table behind the events' back
  'pid_over_32bit', // ids beyond 32 bits have no value as fields; the table keeps them
  'FD_FILTER_extract_from_null_type_filename', // a failed open has a name, but no file name
  'plugin_syscall_source', // its events come from a plugin
];

describeShared('the state after the shared event traces', () => {
  for (const trace of traces()) {
    if (LEFT_OUT.some(name => trace.test.includes(name))) continue;
    const checked = trace.steps.some(
      step => step.do === 'check' && step.check === 'field_eq' && READERS[step.field!],
    );
    if (!checked) continue;
    it(`is as expected after ${trace.test}`, () => {
      runTrace(trace, (check, inspector, present) => {
        const read = check.check === 'field_eq' && present ? READERS[check.field!] : undefined;
        if (read === undefined) return;
        assert.equal(String(read(inspector)), String(check.value), `${check.field} of event ${check.evt}`);
      });
    });
  }
});
