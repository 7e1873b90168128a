import assert from 'node:assert/strict';
import type { DriverError, DriverOptions } from '../../../daemon/addon/driver.js';
import { driverError } from '../../../daemon/addon/error-text.js';
import { openDriver } from '../../../daemon/addon/open.js';

const options: DriverOptions = {
  cpusForEachBuffer: 1,
  bufferBytes: 65_536,
  dropFailedExit: false,
  snaplen: 80,
  ignorePid: 0,
};

describe('What keeps the driver from running', () => {
  it('is told in one line, whatever it is', () => {
    const codes: Record<DriverError['code'], string> = {
      'no-permission': 'CAP_BPF',
      'no-btf': '/sys/kernel/btf/vmlinux',
      'kernel-too-old': '5.4.0-42',
      refused: 'sys_openat',
      interrupted: '',
      'no-object': '/usr/lib/falco/driver.o',
      'no-memory': '2 ring buffers of 8 MiB',
      busy: 'the driver',
      unsupported: 'line one\n  line two',
    };
    for (const [code, subject] of Object.entries(codes)) {
      const error = driverError({ code: code as DriverError['code'], subject, details: 'd\ne' });
      assert.match(error.message, /^cannot open the driver: [^\n]+$/);
      assert.ok(error.message.includes(subject.split('\n')[0]!), error.message);
      assert.equal(error.details, 'd\ne');
    }
  });

  it('is a kernel before 5.8', () => {
    for (const kernelRelease of ['3.10.0-1160.el7.x86_64', '4.19.0', '5.7.19-generic']) {
      const opened = openDriver({ ...options, kernelRelease });
      assert.ok(!opened.ok);
      assert.equal(opened.error.code, 'kernel-too-old');
      assert.equal(
        opened.error.message,
        `cannot open the driver: the kernel ${kernelRelease} is too old: the driver needs Linux 5.8 or newer. Boot a newer kernel`,
      );
    }
  });

  it('is never mistaken for options that are out of bounds, which are a bug of the caller', () => {
    const bad: readonly (readonly [Partial<DriverOptions>, RegExp])[] = [
      [{ bufferBytes: 3 * 4096 }, /bufferBytes must be a power of two/],
      [{ bufferBytes: 2048 }, /bufferBytes must be an integer from 4096/],
      [{ bufferBytes: 2 ** 33 }, /bufferBytes/],
      [{ cpusForEachBuffer: -1 }, /cpusForEachBuffer/],
      [{ snaplen: 65_536 }, /snaplen/],
      [{ ignorePid: 0.5 }, /ignorePid/],
      [{ batchBytes: 65_536 }, /batchBytes must be an integer from 131072/],
    ];
    for (const [change, message] of bad) assert.throws(() => openDriver({ ...options, ...change }), message);
  });
});
