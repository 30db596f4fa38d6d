import type { Clock } from '@gitops-toolkit/core';

/** Those who wait for something to become true of what changes. */
export class ChangeWaiters {
  readonly #clock: Clock;
  readonly #checks = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Something changed: everybody looks. */
  notify(): void {
    for (const check of this.#checks) check();
  }

  /** Whether it holds now, or does before the time is over and the signal is aborted. */
  async waitUntil(
    holds: () => boolean,
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<boolean> {
    const { timeoutMs, signal } = options;
    if (holds()) return true;
    return new Promise((resolve) => {
      const finish = (result: boolean): void => {
        this.#checks.delete(check);
        cancelTimer();
        signal?.removeEventListener('abort', giveUp);
        resolve(result);
      };
      const check = (): void => {
        if (holds()) finish(true);
      };
      const giveUp = (): void => finish(false);
      const cancelTimer = this.#clock.setTimeout(giveUp, timeoutMs);
      signal?.addEventListener('abort', giveUp, { once: true });
      this.#checks.add(check);
    });
  }
}
