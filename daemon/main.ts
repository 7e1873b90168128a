/** Entry of the daemon. A user error ends as one line and a code; what arrives here as an exception is a bug. */
import { main } from './cli/main.js';

process.title = 'falco';

function broken(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`Runtime error: ${text}. Exiting.\n`, () => process.exit(1));
}

process.on('uncaughtException', broken);
process.exit(await main(process.argv.slice(2)));
