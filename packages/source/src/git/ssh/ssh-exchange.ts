import { type Clock, systemClock } from '@gitops-toolkit/core';
import { DEFAULT_TIMEOUTS, type Timeouts } from '@gitops-toolkit/core/http';
import type { ClientChannel } from 'ssh2';
import { SourceError } from '../../errors.ts';

const MAX_WORDS = 2000;

/** What is watched of an exchange. */
export interface SshExchangeOptions {
  readonly host: string;
  readonly maxBytes: number;
  readonly timeouts?: Timeouts;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
}

/** One run of a program on the server: what it prints, what it is told. */
export class SshExchange {
  readonly #channel: ClientChannel;
  readonly #options: SshExchangeOptions;
  #words = '';
  #failure: unknown;

  constructor(channel: ClientChannel, options: SshExchangeOptions) {
    this.#channel = channel;
    this.#options = options;
    // The program's complaints, for people.
    channel.stderr.on(
      'data',
      (piece: Buffer) => (this.#words = (this.#words + piece.toString()).slice(-MAX_WORDS)),
    );
    channel.on('error', (error: Error) => (this.#failure ??= error));
  }

  /** Tells the program something. */
  write(bytes: Uint8Array): void {
    this.#channel.write(bytes);
  }

  /** What the program prints; within the limits of bytes and time. */
  async *pieces(): AsyncGenerator<Uint8Array> {
    const { host, maxBytes, clock = systemClock, signal } = this.#options;
    const { firstByteMs, idleMs, totalMs } = { ...DEFAULT_TIMEOUTS, ...this.#options.timeouts };
    // A connection that is stuck does not even say that the channel is closed: nobody waits for that.
    let fail = (_failure: unknown): void => {};
    const failed = new Promise<never>((_, reject) => (fail = reject));
    failed.catch(() => {});
    const end = (failure: unknown) => {
      this.#failure ??= failure;
      this.#channel.destroy();
      fail(failure);
    };
    const onAbort = () => end(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    const cancelTotal = clock.setTimeout(() => end(timeout(host, totalMs)), totalMs);
    let received = 0;
    const pieces = (this.#channel as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    try {
      for (let waitMs = firstByteMs; ; waitMs = idleMs) {
        const cancel = clock.setTimeout(() => end(timeout(host, waitMs)), waitMs);
        const next = await Promise.race([pieces.next(), failed]).finally(cancel);
        if (this.#failure !== undefined) throw this.#failure;
        if (next.done) return;
        received += next.value.length;
        if (received > maxBytes)
          throw new SourceError('GIT_LIMIT', `${host} sends more than ${maxBytes} bytes`);
        yield next.value;
      }
    } catch (error) {
      throw this.#failure ?? this.#broken(error);
    } finally {
      cancelTotal();
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Ends the program. */
  close(): void {
    this.#channel.end();
    this.#channel.destroy();
  }

  /** What the program complained of, without control characters. */
  get words(): string {
    return this.#words
      .replaceAll(/\p{Cc}+/gu, ' ')
      .trim()
      .slice(0, 300);
  }

  #broken(cause: unknown): SourceError {
    const message = `the connection to ${this.#options.host} broke`;
    return new SourceError('GIT_CONNECTION_FAILED', message, { cause, retry: 'backoff' });
  }
}

function timeout(host: string, ms: number): SourceError {
  return new SourceError('GIT_TIMEOUT', `${host} sent nothing for ${ms} ms`, {
    retry: 'backoff',
    hint: 'The server or the network is slow or hangs; raise the timeout if that is expected.',
  });
}
