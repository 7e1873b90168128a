import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { boundConnections } from '../../../daemon/web/connections.js';
import { eventually } from '../../support/process.js';

const PATIENCE_MS = 20_000;

describe('Places of connections', () => {
  for (const expect of ['', 'Expect: 100-continue\r\n'])
    it(`are not taken from who waits for an answer${expect === '' ? '' : ', also when it asked before it sent'}`, async () => {
      const waiting: ServerResponse[] = [];
      const server = createServer();
      const connections = boundConnections(server, 'connection', 2);
      for (const event of ['request', 'checkContinue'])
        server.on(event, (_request: unknown, response: ServerResponse) => waiting.push(response));
      await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
      const { port } = server.address() as AddressInfo;
      const callers: Socket[] = [];
      const call = (): Promise<Socket> =>
        new Promise(done => {
          const caller = connect(port, '127.0.0.1', () => done(caller));
          caller.on('error', () => undefined).resume();
          callers.push(caller);
        });
      const asking = await call();
      asking.write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n${expect}\r\n`);
      await eventually('it asks', () => (waiting.length === 1 ? true : undefined), PATIENCE_MS);
      const idle = await call();
      const gone = new Promise(done => idle.on('close', done));
      await call();
      await gone;
      assert.equal(connections.size, 2);
      assert.ok(!asking.destroyed && asking.readable);
      waiting[0]!.end();
      connections.destroy();
      callers.forEach(caller => caller.destroy());
      await new Promise(done => server.close(done));
    });
});
