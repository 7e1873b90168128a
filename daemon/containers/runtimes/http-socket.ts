/**
 * HTTP over a unix socket, JSON only, with a limit on the time and size of everything. Node's HTTP is loaded when the
 * first runtime is there to be asked: it costs 3 MB.
 */
import type { ClientRequest, IncomingMessage } from 'node:http';
import { connectionProblem, failed, ok, type Answer } from './answer.js';
import { MEGABYTE, type Limits } from './patience.js';
import { parseJson } from './json.js';

/** Longest event. */
const MOST_LINE = MEGABYTE;

export interface HttpSocket {
  /** The JSON at `path`. */
  get(path: string, limits: Limits, signal: AbortSignal): Promise<Answer<unknown>>;
  /**
   * Reads the answer of `path` as one JSON value after the other, each on a line, until the stream ends or `signal` is
   * aborted; then says why it ended.
   */
  follow(path: string, onValue: (value: unknown) => void, signal: AbortSignal): Promise<Answer<never>>;
}

export function openHttpSocket(socketPath: string): HttpSocket {
  type Requester = (
    path: string,
    signal: AbortSignal,
    onAnswer: (answer: IncomingMessage) => void,
  ) => ClientRequest;
  const requester = async (): Promise<Requester> => {
    const { get } = await import('node:http');
    // A connection a request: one that is kept would be found dead after each restart of the runtime.
    return (path, signal, onAnswer) =>
      get({ socketPath, path, agent: false, signal, headers: { Host: 'localhost' } }, onAnswer);
  };

  return {
    async get(path, limits, signal) {
      const request = await requester();
      return new Promise(settle => {
        const chunks: Buffer[] = [];
        let size = 0;
        const end = (answer: Answer<unknown>): void => {
          clearTimeout(timer);
          settle(answer);
          sent.destroy();
        };
        const sent = request(path, signal, answer => {
          answer.on('data', (chunk: Buffer) => {
            size += chunk.length;
            if (size > limits.size) end(failed(`an answer of more than ${limits.size / MEGABYTE} MB`));
            else chunks.push(chunk);
          });
          answer.on('end', () => end(parsed(answer.statusCode ?? 0, Buffer.concat(chunks))));
          answer.on('error', error => end(failed(connectionProblem(error))));
        });
        const timer = setTimeout(() => end(failed(`no answer in ${limits.time / 1000} s`)), limits.time);
        sent.on('error', error => end(failed(httpProblem(error))));
      });
    },

    async follow(path, onValue, signal) {
      const request = await requester();
      return new Promise(settle => {
        const end = (reason: string): void => {
          settle(failed(reason));
          sent.destroy();
        };
        const sent = request(path, signal, answer => {
          if (answer.statusCode !== 200) return end(`status ${answer.statusCode} for events`);
          const lines = lineReader(onValue, end);
          answer.on('data', lines);
          answer.on('end', () => end('the events ended'));
          answer.on('error', error => end(connectionProblem(error)));
        });
        sent.on('error', error => end(httpProblem(error)));
      });
    },
  };
}

/** Takes pieces of text, and hands on the JSON value of each line. */
function lineReader(
  onValue: (value: unknown) => void,
  end: (reason: string) => void,
): (chunk: Buffer) => void {
  let rest = '';
  return chunk => {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop()!;
    if (rest.length > MOST_LINE) return end('an event of more than 1 MB');
    for (const line of lines) {
      if (line.trim() === '') continue;
      const value = parseJson(Buffer.from(line, 'latin1').toString('utf8'));
      if (value === undefined) return end('an event that is not JSON');
      onValue(value);
    }
  };
}

function parsed(status: number, body: Buffer): Answer<unknown> {
  if (status === 404) return { kind: 'unknown' };
  if (status !== 200) return failed(`status ${status}`);
  const value = parseJson(body.toString('utf8'));
  return value === undefined ? failed('an answer that is not JSON') : ok(value);
}

function httpProblem(error: NodeJS.ErrnoException): string {
  return error.code?.startsWith('HPE_') === true ? 'an answer that is not HTTP' : connectionProblem(error);
}
