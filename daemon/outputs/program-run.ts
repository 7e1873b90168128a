/** One run of a command line under /bin/sh, with a pipe of ours as its standard input. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, writeSync } from 'node:fs';
import { openPipe, pipeState, type PipeState } from '../addon/files.js';
import { errorCode, errorText, systemErrorText } from './error-text.js';

/** `code` null: it was ended by a signal, or could not be started. */
export interface Ending {
  readonly code: number | null;
  /** `ended with code 3`, `was ended by SIGKILL`. */
  readonly text: string;
}

export class ProgramRun {
  readonly ended: Promise<Ending>;
  #fd: number | null;

  private constructor(fd: number, ended: Promise<Ending>) {
    this.#fd = fd;
    this.ended = ended;
  }

  /** @returns words for what keeps it from starting */
  static start(program: string): ProgramRun | string {
    const pipe = openPipe();
    if (typeof pipe === 'number') return `cannot make a pipe: ${systemErrorText(pipe)}`;
    let child: ChildProcess;
    try {
      child = spawn('/bin/sh', ['-c', program], { stdio: [pipe.read, 'inherit', 'inherit'] });
    } catch (error) {
      closeSync(pipe.write);
      return `cannot start the program: ${errorText(error)}`;
    } finally {
      closeSync(pipe.read);
    }
    const ended = new Promise<Ending>(resolve => {
      child.on('error', error => resolve({ code: null, text: `did not start: ${errorText(error)}` }));
      child.on('exit', (code, signal) =>
        resolve({
          code,
          text: code === null ? `was ended by ${signal ?? ''}` : `ended with code ${String(code)}`,
        }),
      );
    });
    return new ProgramRun(pipe.write, ended);
  }

  /** @returns bytes that went into the pipe; fewer than there are when it is full or nobody reads any more */
  write(bytes: Buffer): number {
    if (this.#fd === null || bytes.length === 0) return 0;
    try {
      return writeSync(this.#fd, bytes);
    } catch (error) {
      const code = errorCode(error);
      if (code === 'EAGAIN' || code === 'EPIPE') return 0;
      throw error;
    }
  }

  state(): PipeState {
    const state = this.#fd === null ? 0 : pipeState(this.#fd);
    return typeof state === 'number' ? { unread: 0, hasReader: false } : state;
  }

  /** The program finds the end of its input; what it has not read yet it can still read. */
  closeInput(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }
}
