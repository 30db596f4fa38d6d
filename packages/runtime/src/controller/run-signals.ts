import type { Clock } from '@gitops-toolkit/core';

import { RuntimeError } from '../errors.ts';
import { LinkedSignal } from '../linked-signal.ts';

/** The signals of one run. Disposed when it has ended. */
export class RunSignals implements Disposable {
  readonly #stop: AbortSignal;
  readonly #timeout = new AbortController();
  readonly #supersede = new AbortController();
  readonly #ended: LinkedSignal;
  readonly #pointless: LinkedSignal;
  readonly #cancelTimeout: () => void;

  /** @param stop ends all runs */
  constructor(stop: AbortSignal, options: { readonly timeoutMs: number | undefined; readonly clock: Clock }) {
    const { timeoutMs, clock } = options;
    this.#stop = stop;
    this.#ended = new LinkedSignal(stop, this.#timeout.signal);
    this.#pointless = new LinkedSignal(this.#ended.signal, this.#supersede.signal);
    this.#cancelTimeout =
      timeoutMs === undefined
        ? () => {}
        : clock.setTimeout(() => this.#timeout.abort(tookTooLong(timeoutMs)), timeoutMs);
  }

  /** The run is to end. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** The run is to end, or there is to be another one of the same object. */
  get superseded(): AbortSignal {
    return this.#pointless.signal;
  }

  get timedOut(): boolean {
    return this.#timeout.signal.aborted;
  }

  /** Says why there is to be another run of the object; the first reason counts. */
  supersede(reason: () => RuntimeError): void {
    if (!this.#supersede.signal.aborted) this.#supersede.abort(reason());
  }

  /** Whether a failure comes of the run being told to stop or to give way, and says nothing of the object. */
  explains(failure: unknown): boolean {
    if (this.#stop.aborted) return true;
    return this.#supersede.signal.aborted && isCausedBy(failure, this.#supersede.signal.reason);
  }

  [Symbol.dispose](): void {
    this.#cancelTimeout();
    this.#ended[Symbol.dispose]();
    this.#pointless[Symbol.dispose]();
  }
}

function tookTooLong(timeoutMs: number): RuntimeError {
  const message = `the run took longer than ${timeoutMs} ms`;
  return new RuntimeError('RUNTIME_RECONCILE_TIMEOUT', message, { retry: 'backoff' });
}

function isCausedBy(error: unknown, reason: unknown): boolean {
  for (let each = error, depth = 0; each !== undefined && depth < 20; depth++) {
    if (each === reason) return true;
    each = each instanceof Error ? each.cause : undefined;
  }
  return false;
}
