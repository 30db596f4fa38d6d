import { type Clock, systemClock } from '@gitops-toolkit/core';

/** The delays of a {@link Backoff}. */
export interface BackoffOptions {
  /** @default 800 */
  readonly baseMs?: number;
  /** @default 30 000 */
  readonly maxMs?: number;
  /** The delay grows by up to this share of itself, at random. @default 1 */
  readonly jitter?: number;
  /** Without a failure for so long, the next one counts as the first. @default 120 000 */
  readonly resetMs?: number;
  readonly clock?: Clock;
  readonly random?: () => number;
}

/** Delays that double with every failure, until there was none for a while. */
export class Backoff {
  readonly #options: Required<BackoffOptions>;
  #failures = 0;
  #lastFailureAt = -Infinity;

  constructor(options: BackoffOptions = {}) {
    this.#options = {
      baseMs: options.baseMs ?? 800,
      maxMs: options.maxMs ?? 30_000,
      jitter: options.jitter ?? 1,
      resetMs: options.resetMs ?? 120_000,
      clock: options.clock ?? systemClock,
      random: options.random ?? Math.random,
    };
  }

  /** Failures since the last good while. */
  get failures(): number {
    return this.#failures;
  }

  /** The next failure counts as the first. */
  reset(): void {
    this.#failures = 0;
  }

  /** Counts a failure and gives the milliseconds to wait. */
  next(): number {
    const { baseMs, maxMs, jitter, resetMs, clock, random } = this.#options;
    const now = clock.monotonic();
    if (now - this.#lastFailureAt > resetMs) this.#failures = 0;
    const delay = Math.min(baseMs * 2 ** this.#failures, maxMs);
    this.#failures++;
    const jittered = delay * (1 + jitter * random());
    // The delay itself is no time without failures.
    this.#lastFailureAt = now + jittered;
    return jittered;
  }
}
