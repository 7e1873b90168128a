/**
 * How many callers there may be at once. When all places are taken, the one that has been there longest without being
 * answered just now has to go: whoever holds connections open, on purpose or not, keeps nobody else out.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

const PLACES = 128;

export interface Connections {
  readonly size: number;
  /** Ends all but those whose request has come as a whole: these end with their answer. */
  retire(): void;
  destroy(): void;
}

/** @param event that says that somebody is there: `connection`, or `secureConnection` once TLS is agreed on */
export function boundConnections(
  server: Pick<Server, 'on'>,
  event: 'connection' | 'secureConnection',
  places = PLACES,
): Connections {
  /** By caller: with TLS, a connection is one socket within another. */
  const sockets = new Map<string, Socket>();
  /** Answers that are not out yet, in the order in which they were asked for. */
  const answering = new Map<Socket, Set<ServerResponse>>();
  let retired = false;
  const take = (socket: Socket): void => {
    const caller = `${String(socket.remoteAddress)} ${String(socket.remotePort)}`;
    if (sockets.size >= places && !sockets.has(caller)) {
      const oldest = [...sockets].find(([, other]) => !answering.has(other)) ?? [...sockets][0];
      if (oldest !== undefined) {
        sockets.delete(oldest[0]);
        oldest[1].destroy();
      }
    }
    sockets.delete(caller);
    sockets.set(caller, socket);
    socket.on('close', () => {
      if (sockets.get(caller) === socket) sockets.delete(caller);
    });
    socket.on('error', () => socket.destroy());
  };
  // Those that never get as far as TLS take places, too.
  server.on('connection', take);
  if (event === 'secureConnection') server.on(event, take);
  const mark = ({ socket }: IncomingMessage, response: ServerResponse): void => {
    const answers = answering.get(socket) ?? new Set();
    answering.set(socket, answers.add(response));
    if (retired && !response.headersSent) response.setHeader('Connection', 'close');
    response.on('close', () => {
      answers.delete(response);
      if (answers.size > 0) return;
      answering.delete(socket);
      if (retired) socket.destroySoon();
      // It has been served: it is the youngest now.
      for (const [caller, other] of sockets) {
        if (other !== socket) continue;
        sockets.delete(caller);
        sockets.set(caller, socket);
        return;
      }
    });
  };
  server.on('request', mark);
  // Nothing else tells of a request that waits to be asked for its body.
  server.on('checkContinue', mark);
  return {
    get size() {
      return sockets.size;
    },
    retire() {
      retired = true;
      for (const socket of sockets.values()) {
        const last = [...(answering.get(socket) ?? [])].at(-1);
        if (last?.req.complete !== true) socket.destroy();
        else if (!last.headersSent) last.setHeader('Connection', 'close');
      }
    },
    destroy() {
      for (const socket of sockets.values()) socket.destroy();
    },
  };
}
