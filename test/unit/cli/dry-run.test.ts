import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArguments } from '../../../daemon/cli/arguments.js';
import { dryRun } from '../../../daemon/cli/dry-run.js';
import { loadSettings } from '../../../daemon/cli/settings.js';

describe('--dry-run', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'dry-run-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** What a configuration of the plugin k8saudit fails with; empty: it can be run. */
  async function problem(openParams: string, pattern: string): Promise<string> {
    const path = join(folder, 'falco.yaml');
    const init = `{customFieldsHeaders: [{header: a, pattern: '${pattern}', customFields: [b]}]}`;
    writeFileSync(
      path,
      `plugins: [{name: k8saudit, library_path: x.so, open_params: "${openParams}", init_config: ${init}}]\n`,
    );
    const args = parseArguments(['-c', path]);
    assert.ok(args.ok);
    const settings = loadSettings(args.arguments);
    assert.ok(settings.ok, settings.ok ? '' : settings.message);
    const said: string[] = [];
    const fail = (message: string): 1 => (said.push(message), 1);
    const code = await dryRun(settings, [], () => undefined, fail);
    assert.equal(code, said.length);
    return said.join('\n');
  }

  it('finds a pattern for headers that the server of audit events could not be started with', async () => {
    const message = await problem('http://127.0.0.1:9765/x', '(');
    assert.match(message, /^customFieldsHeaders of the plugin k8saudit: the pattern for 'a' is no regular/);
    assert.equal(await problem('http://127.0.0.1:9765/x', '(x)'), '');
    assert.equal(await problem('file:///var/log/audit.log', '('), '', 'there is no server then');
  });
});
