import type { Clock } from '@gitops-toolkit/core';
import { KubeError } from './errors.ts';

/**
 * A signal that ends with the caller's and after a time, and lets go of the caller's signal when
 * it is disposed: `AbortSignal.any` would hold a listener for as long as a long-lived signal lives.
 */
export class Deadline implements Disposable {
  readonly #controller = new AbortController();
  readonly #cancel: () => void;
  readonly #caller: AbortSignal | undefined;
  readonly #onAbort: () => void;

  constructor(options: { signal?: AbortSignal | undefined; timeoutMs: number; clock: Clock }) {
    const { signal, timeoutMs, clock } = options;
    this.#caller = signal;
    this.#onAbort = () => this.#controller.abort(signal?.reason);
    if (signal?.aborted) this.#onAbort();
    else signal?.addEventListener('abort', this.#onAbort, { once: true });
    const isLimited = timeoutMs > 0 && Number.isFinite(timeoutMs);
    this.#cancel = isLimited
      ? clock.setTimeout(() => this.#controller.abort(timedOut(timeoutMs)), timeoutMs)
      : () => {};
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    this.#cancel();
    this.#caller?.removeEventListener('abort', this.#onAbort);
  }
}

function timedOut(timeoutMs: number): KubeError {
  return new KubeError('KUBE_TIMEOUT', `the API server did not answer within ${timeoutMs} ms`, {
    retry: 'backoff',
  });
}
