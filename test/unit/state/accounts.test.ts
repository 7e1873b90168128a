import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Accounts } from '../../../daemon/state/accounts.js';
import { collectGarbage } from '../../support/garbage.js';

describe('accounts', () => {
  let root: string;
  let now = 0;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'accounts-'));
    mkdirSync(join(root, 'etc'));
    writeFileSync(
      join(root, 'etc/passwd'),
      'root:x:0:0:root:/root:/bin/bash\n\nbroken\njos\xe9:x:1000:1000::/home/j:/bin/sh\ntoor:x:0:0:::\n',
      'latin1',
    );
    writeFileSync(join(root, 'etc/group'), 'root:x:0:\nusers:x:100:a,b\n');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('knows users and groups of the host by number', () => {
    const accounts = new Accounts(root);
    assert.deepEqual(accounts.user(0), { uid: 0, gid: 0, name: 'root', home: '/root', shell: '/bin/bash' });
    assert.equal(accounts.user(1000)?.name, 'jos\xe9');
    assert.equal(accounts.user(5), null);
    assert.deepEqual(accounts.group(100), { gid: 100, name: 'users' });
  });

  it('sees a change of the files after a second', () => {
    const accounts = new Accounts(root, () => now);
    assert.equal(accounts.user(2000), null);
    writeFileSync(join(root, 'etc/passwd'), 'new:x:2000:2000::/:/bin/sh\nmore:x:2001:1::/:\n');
    now += 500;
    assert.equal(accounts.user(2000), null);
    now += 600;
    assert.equal(accounts.user(2000)?.name, 'new');
    assert.equal(accounts.user(0), null);
  });

  it('are those that a capture brings when there is no host', () => {
    const accounts = new Accounts(null);
    accounts.addUser({ uid: 7, gid: 7, name: 'seven', home: '/', shell: '' });
    assert.equal(accounts.user(7)?.name, 'seven');
    accounts.removeUser(7);
    assert.equal(accounts.user(7), null);
  });

  it('of containers cost nothing to look for where there are none', () => {
    const accounts = new Accounts(root);
    const ask = (): void => {
      for (let id = 0; id < 50_000; id++)
        assert.ok(accounts.containerUser('0123456789ab', id) === accounts.containerGroup('0123456789ab', id));
    };
    const grown: number[] = [];
    while (grown.length < 5) {
      ask();
      collectGarbage();
      const before = process.memoryUsage().heapUsed;
      ask();
      grown.push(process.memoryUsage().heapUsed - before);
    }
    assert.ok(Math.min(...grown.map(Math.abs)) < 500_000, `${grown.join(', ')} bytes`);
  });

  it('live without the files', () => assert.equal(new Accounts('/nonexistent').user(0), null));
});
