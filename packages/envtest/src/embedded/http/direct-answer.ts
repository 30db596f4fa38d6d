import type { OutgoingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';

import type { RawResponse } from '@gitops-toolkit/kube';

import type { Outgoing } from './exchange.ts';

/** An answer to a client in this process: what is written is the client's to read, piece by piece. */
export class DirectAnswer implements Outgoing {
  statusCode = 200;
  readonly socket: { destroySoon(): void } = { destroySoon: () => this.#breakOff() };
  readonly #headers: Record<string, string | string[]> = {};
  readonly #resolve: (response: RawResponse) => void;
  readonly #reject: (error: Error) => void;
  readonly #closeListeners: (() => void)[] = [];
  readonly #chunks: Buffer[] = [];
  /** How the body ends when it has been read so far. */
  #end: 'broken' | 'complete' | undefined;
  #body: Readable | undefined;
  #isWanted = false;
  #closed = false;

  /** Settles with the head of the answer, or with why there is none. */
  constructor(resolve: (response: RawResponse) => void, reject: (error: Error) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
  }

  get destroyed(): boolean {
    return this.#closed;
  }

  get writableLength(): number {
    return this.#chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  }

  setHeader(name: string, value: number | string | readonly string[]): void {
    this.#headers[name.toLowerCase()] = typeof value === 'object' ? [...value] : String(value);
  }

  writeHead(code: number, headers: OutgoingHttpHeaders): void {
    this.statusCode = code;
    for (const [name, value] of Object.entries(headers)) {
      if (value !== undefined) this.setHeader(name, value);
    }
  }

  /** Hands the head to the client. */
  flushHeaders(): void {
    if (this.#body || this.#closed) return;
    // With a mark of one byte nothing is taken out of `chunks` before it is read: what broke off came through until then.
    const read = (): void => {
      this.#isWanted = true;
      this.#feed();
    };
    this.#body = new Readable({ highWaterMark: 1, read });
    // A client that has gone away hears no errors.
    this.#body.on('error', () => {});
    this.#body.once('close', () => this.#close());
    this.#resolve({ status: this.statusCode, headers: this.#headers, body: this.#body });
  }

  write(chunk: string | Buffer): void {
    this.flushHeaders();
    if (this.#closed || this.#end) return;
    this.#chunks.push(Buffer.from(chunk));
    this.#feed();
  }

  end(chunk?: string | Buffer): void {
    if (chunk !== undefined && chunk.length > 0) this.write(chunk);
    this.flushHeaders();
    this.#end ??= 'complete';
    this.#feed();
  }

  /** Ends the connection at once; what was not read yet is lost. */
  destroy(reason: Error = connectionReset()): void {
    if (this.#closed) return;
    if (this.#body) this.#body.destroy(reason);
    else this.#reject(reason);
    this.#close();
  }

  once(_event: 'close', listener: () => void): void {
    this.#closeListeners.push(listener);
  }

  #breakOff(): void {
    if (!this.#body) return this.destroy();
    this.#end ??= 'broken';
    this.#feed();
  }

  #feed(): void {
    const body = this.#body;
    if (!body || this.#closed || !this.#isWanted) return;
    const chunk = this.#chunks.shift();
    if (!chunk && !this.#end) return;
    this.#isWanted = false;
    if (chunk) body.push(chunk);
    else if (this.#end === 'complete') body.push(null);
    // The last chunk may be on its way out at this moment.
    else process.nextTick(() => body.destroy(connectionReset()));
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const listener of this.#closeListeners.splice(0)) listener();
  }
}

function connectionReset(): Error {
  return Object.assign(new Error('the connection was reset'), { code: 'ECONNRESET' });
}
