import { type Clock, formatDuration, parseDuration, systemClock } from '@gitops-toolkit/core';
import { ControllersError } from '../errors.ts';

/** What Flux takes where a source says nothing. */
const DEFAULT_TIMEOUT = '60s';

/** The source that says how long its server may take. */
export interface TimedSource {
  readonly kind: string;
  readonly spec: { readonly timeout?: string };
}

/**
 * What `spec.timeout` leaves to all requests of an operation together. Only {@link TimeLimit.during | parts} that wait for a
 * server take of it, one after another: what is done between them on this machine is not the server's.
 */
export class TimeLimit {
  /** Aborts with the run, and when the time is over. */
  readonly signal: AbortSignal;
  readonly #source: TimedSource;
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #deadline = new AbortController();
  #leftMs: number;

  /** @param run its signal and its clock */
  constructor(source: TimedSource, run: { readonly signal: AbortSignal; readonly clock?: Clock }) {
    this.#source = source;
    this.#clock = run.clock ?? systemClock;
    this.#ms = parseDuration(source.spec.timeout ?? DEFAULT_TIMEOUT);
    this.#leftMs = this.#ms;
    this.signal = AbortSignal.any([run.signal, this.#deadline.signal]);
  }

  /** For a single request: as much as for all of them, instead of what fetchers take by themselves. */
  get timeouts(): Record<'connectMs' | 'firstByteMs' | 'idleMs' | 'totalMs', number> {
    return { connectMs: this.#ms, firstByteMs: this.#ms, idleMs: this.#ms, totalMs: this.#ms };
  }

  /**
   * Does a part of the operation, which looks at the {@link TimeLimit.signal | signal}.
   *
   * @throws ControllersError `CONTROLLERS_TIMEOUT` where the time was over, whatever that made of the work
   */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.signal.throwIfAborted();
    const startedAt = this.#clock.monotonic();
    const cancel = this.#clock.setTimeout(() => this.#deadline.abort(this.#exceeded()), this.#leftMs);
    try {
      return await work();
    } catch (error) {
      const { aborted, reason } = this.#deadline.signal;
      throw aborted && this.signal.reason === reason ? reason : error;
    } finally {
      cancel();
      this.#leftMs = Math.max(0, this.#leftMs - (this.#clock.monotonic() - startedAt));
    }
  }

  /** Pieces as they come: only the waiting for them counts, and not what is made of them. */
  async *pieces(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const iterator = pieces[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await this.during(() => iterator.next());
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }

  #exceeded(): ControllersError {
    return new ControllersError('CONTROLLERS_TIMEOUT', `it took longer than ${formatDuration(this.#ms)}`, {
      hint: `If the server is only slow, give it more time with spec.timeout of the ${this.#source.kind}.`,
      retry: 'backoff',
    });
  }
}
