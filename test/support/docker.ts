/** A dockerd of the test's own: socket, state, images, network and mounts; nothing of it stays. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEnclosure, removeEmptyCgroups } from './enclosure.js';
import { answering, openEngine, type EngineDaemon } from './engine.js';
import type { RunningProcess } from './process.js';

/** runc for hosts whose root may not raise limits: without the capability that a privileged container would ask for. */
const RUNC = `#!/bin/sh
bundle=.
before=
for word; do
  [ "$before" = --bundle ] && bundle=$word
  before=$word
done
config=$bundle/config.json
if [ -f "$config" ] && jq '.process.capabilities |= map_values(. - ["CAP_SYS_RESOURCE"])' "$config" >"$config.new"; then
  mv "$config.new" "$config"
fi
exec runc "$@"
`;

export async function startDocker(): Promise<EngineDaemon> {
  const folder = mkdtempSync(join(tmpdir(), 'falco-docker-'));
  const socket = join(folder, 'docker.sock');
  const runtime = join(folder, 'runc');
  const config = join(folder, 'daemon.json');
  writeFileSync(runtime, RUNC, { mode: 0o755 });
  writeFileSync(
    config,
    JSON.stringify({
      'data-root': join(folder, 'data'),
      'exec-root': join(folder, 'exec'),
      pidfile: join(folder, 'pid'),
      hosts: [`unix://${socket}`],
      group: 'root',
      'storage-driver': 'overlay2',
      'userland-proxy': false,
      'live-restore': true,
      runtimes: { limited: { path: runtime } },
      'default-runtime': 'limited',
    }),
  );
  const enclosure = await openEnclosure();
  const engine = openEngine(socket);
  let daemon: RunningProcess;
  const start = async (): Promise<void> => {
    daemon = enclosure.start('dockerd', ['--config-file', config]);
    await answering(engine, 'dockerd');
  };
  await start();
  return {
    ...engine,
    socket,
    async restart() {
      await daemon.stop();
      await start();
    },
    async stop() {
      await engine.removeAll();
      await daemon.stop();
      await enclosure.stop();
      rmSync(folder, { recursive: true, force: true });
      removeEmptyCgroups('docker');
    },
  };
}
