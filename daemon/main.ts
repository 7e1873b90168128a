/** Entry of the daemon. A user error ends as one line and a code; what arrives here as an exception is a bug. */
import { main } from './cli/main.js';

process.title = 'falco';

function broken(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`Runtime error: ${text}. Exiting.\n`, () => process.exit(1));
}

/** The folder that the daemon is started from may be gone; no relative path leads anywhere then. */
function leaveLostFolder(): void {
  try {
    process.cwd();
  } catch {
    process.chdir('/');
  }
}

process.on('uncaughtException', broken);
leaveLostFolder();
process.exit(await main(process.argv.slice(2)));
