/**
 * How many callers there may be at once. When all places are taken, the one that has been there longest without being
 * answered just now has to go: whoever holds connections open, on purpose or not, keeps nobody else out.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

const PLACES = 128;

export interface Connections {
  readonly size: number;
  destroy(): void;
}

/** @param event that says that somebody is there: `connection`, or `secureConnection` once TLS is agreed on */
export function boundConnections(
  server: Pick<Server, 'on'>,
  event: 'connection' | 'secureConnection',
  places = PLACES,
): Connections {
  const sockets = new Set<Socket>();
  const busy = new WeakSet<Socket>();
  const take = (socket: Socket): void => {
    if (sockets.size >= places) {
      const oldest = [...sockets].find(other => !busy.has(other)) ?? [...sockets][0];
      if (oldest !== undefined) {
        sockets.delete(oldest);
        oldest.destroy();
      }
    }
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  };
  // Those that never get as far as TLS take places, too.
  server.on('connection', take);
  if (event === 'secureConnection') server.on(event, take);
  server.on('request', ({ socket }, response) => {
    busy.add(socket);
    response.on('close', () => {
      busy.delete(socket);
      // It has been served: it is the youngest now.
      if (sockets.delete(socket)) sockets.add(socket);
    });
  });
  return {
    get size() {
      return sockets.size;
    },
    destroy() {
      for (const socket of sockets) socket.destroy();
    },
  };
}
