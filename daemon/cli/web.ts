/** The web server of a running daemon: started, and started anew when a reload says something else of it. */
import { availableParallelism } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../config/config.js';
import type { Log } from '../log/log.js';
import type { Answers } from '../web/routes.js';
import type { WebServer } from '../web/server.js';

export class Web {
  readonly #answers: Answers;
  readonly #log: Log;
  #server: WebServer | null = null;
  #config: Config['webserver'] | null = null;

  constructor(answers: Answers, log: Log) {
    this.#answers = answers;
    this.#log = log;
  }

  /** Listens as the configuration says. @returns words for why it cannot */
  async start({ webserver }: Pick<Config, 'webserver'>): Promise<string | undefined> {
    this.#config = webserver;
    if (!webserver.enabled) return undefined;
    // Loaded only where it is wanted: it takes some megabytes.
    const { startWebServer } = await import('../web/server.js');
    const started = await startWebServer(webserver, this.#answers);
    if (!started.ok) return started.message;
    this.#server = started.server;
    const threads = webserver.threadiness === 0 ? availableParallelism() : webserver.threadiness;
    this.#log(
      'info',
      `Starting health webserver with threadiness ${String(threads)}, listening on ${started.listening}`,
    );
    return undefined;
  }

  /** What a reload changes. When the new place cannot be had, there is no web server, and the log says so. */
  async apply(config: Config): Promise<void> {
    const same = isDeepStrictEqual(config.webserver, this.#config);
    // One that could not listen is tried again.
    if (same && (this.#server !== null || !config.webserver.enabled)) {
      const problem = this.#server?.renewCertificate();
      if (problem !== undefined) this.#log('error', `${problem}; the certificate before stays`);
      return;
    }
    await this.close();
    const problem = await this.start(config);
    if (problem !== undefined) this.#log('error', `There is no web server: ${problem}`);
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    await server?.close();
  }
}
