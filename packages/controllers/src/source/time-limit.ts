import { formatDuration, parseDuration } from '@gitops-toolkit/core';
import { ControllersError } from '../errors.ts';

/** What Flux takes where a source says nothing. */
const DEFAULT_TIMEOUT = '60s';

/**
 * What `spec.timeout` leaves to all requests of an operation together, from the moment that it is made. It ends with
 * `using`.
 */
export class TimeLimit implements Disposable {
  readonly #ms: number;
  readonly #deadline = new AbortController();
  readonly #timer: NodeJS.Timeout;
  /** Aborts with the run, and when the time is over. */
  readonly signal: AbortSignal;

  /** @param run The signal of the run */
  constructor({ timeout = DEFAULT_TIMEOUT }: { readonly timeout?: string | undefined }, run: AbortSignal) {
    this.#ms = parseDuration(timeout);
    this.signal = AbortSignal.any([run, this.#deadline.signal]);
    this.#timer = setTimeout(() => this.#deadline.abort(this.#exceeded()), this.#ms);
  }

  /** For a single request: as much as for all of them, instead of what fetchers take by themselves. */
  get timeouts(): Record<'connectMs' | 'firstByteMs' | 'idleMs' | 'totalMs', number> {
    return { connectMs: this.#ms, firstByteMs: this.#ms, idleMs: this.#ms, totalMs: this.#ms };
  }

  /**
   * Does a part of the operation.
   *
   * @throws ControllersError `CONTROLLERS_TIMEOUT` where the time was over, whatever that made of the work
   */
  async during<T>(work: () => Promise<T>): Promise<T> {
    try {
      this.signal.throwIfAborted();
      return await work();
    } catch (error) {
      throw this.signal.reason === this.#deadline.signal.reason
        ? (this.#deadline.signal.reason ?? error)
        : error;
    }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #exceeded(): ControllersError {
    return new ControllersError('CONTROLLERS_TIMEOUT', `it took longer than ${formatDuration(this.#ms)}`, {
      hint: 'If the server is only slow, give it more time with spec.timeout.',
      retry: 'backoff',
    });
  }
}
