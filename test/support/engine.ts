/** Containers made through the API of Docker, which podman speaks, too. */
import { request } from 'node:http';
import { busyboxLayer } from './oci-image.js';
import { sleep } from './process.js';

export interface EngineContainer {
  /** 64 hexadecimal digits. */
  readonly id: string;
  /** Runs a command in it, without waiting for its end. */
  exec(command: readonly string[]): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Ends all its processes and removes it. */
  remove(): Promise<void>;
}

/** What a container is to be: the body of `containers/create`. */
export type EngineSpec = Readonly<Record<string, unknown>>;

export interface Engine {
  /** Makes an image of busybox under this name and tag, and as `latest`. */
  importImage(name: string, tag: string): Promise<void>;
  run(name: string, spec: EngineSpec): Promise<EngineContainer>;
  /** Removes what is left of the containers. */
  removeAll(): Promise<void>;
  /** Whether the daemon answers. */
  answers(): Promise<boolean>;
}

export function openEngine(socketPath: string): Engine {
  const containers = new Set<EngineContainer>();
  const ask = (method: string, path: string, body?: Buffer | EngineSpec): Promise<unknown> =>
    new Promise((done, fail) => {
      const content = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body ?? {}));
      const type = Buffer.isBuffer(body) ? 'application/x-tar' : 'application/json';
      const headers = { Host: 'localhost', 'Content-Type': type, 'Content-Length': content.length };
      const sent = request({ socketPath, method, path: `/v1.41${path}`, headers }, answer => {
        const pieces: Buffer[] = [];
        answer.on('data', (piece: Buffer) => pieces.push(piece));
        answer.on('error', fail);
        answer.on('end', () => {
          const text = Buffer.concat(pieces).toString();
          if ((answer.statusCode ?? 500) >= 400)
            fail(new Error(`${method} ${path}: ${answer.statusCode} ${text}`));
          else done(text.startsWith('{"Id"') ? JSON.parse(text) : text);
        });
      });
      sent.on('error', fail);
      sent.end(content);
    });
  const make = async (path: string, body: EngineSpec): Promise<string> =>
    ((await ask('POST', path, body)) as { readonly Id: string }).Id;

  return {
    async importImage(name, tag) {
      await ask('POST', `/images/create?fromSrc=-&repo=${name}`, busyboxLayer());
      await ask('POST', `/images/${name}:latest/tag?repo=${name}&tag=${tag}`);
    },
    async run(name, spec) {
      const id = await make(`/containers/create?name=${name}`, spec);
      const container: EngineContainer = {
        id,
        async exec(command) {
          const process = await make(`/containers/${id}/exec`, { Cmd: command });
          await ask('POST', `/exec/${process}/start`, { Detach: true });
        },
        async stop() {
          await ask('POST', `/containers/${id}/stop?t=0`);
        },
        async start() {
          await ask('POST', `/containers/${id}/start`);
        },
        async remove() {
          if (containers.delete(container)) await ask('DELETE', `/containers/${id}?force=true&v=true`);
        },
      };
      containers.add(container);
      await container.start();
      return container;
    },
    async removeAll() {
      for (const container of [...containers]) await container.remove();
    },
    answers: () =>
      ask('GET', '/_ping').then(
        () => true,
        () => false,
      ),
  };
}

/** An engine whose daemon belongs to the test. */
export interface EngineDaemon extends Engine {
  readonly socket: string;
  /** Ends the daemon and starts it again. */
  restart(): Promise<void>;
  /** Removes the containers and everything else. */
  stop(): Promise<void>;
}

/** Waits until the daemon answers. */
export async function answering(engine: Engine, what: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await engine.answers())) {
    if (Date.now() > deadline) throw new Error(`${what} does not answer within 20 s`);
    await sleep(50);
  }
}
