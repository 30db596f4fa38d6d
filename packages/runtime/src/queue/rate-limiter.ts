import { type Clock, systemClock } from '@gitops-toolkit/core';

/** Says how long a key waits before it is tried again. */
export interface RateLimiter<K> {
  /** Counts a failure of the key and gives the milliseconds to wait. */
  when(key: K): number;
  /** Forgets the failures of the key. */
  forget(key: K): void;
  /** The failures that were counted. */
  failures(key: K): number;
}

/** The delays of {@link ItemBackoff}. */
export interface ItemBackoffOptions {
  /** After the first failure. @default 750 */
  readonly minDelayMs?: number;
  /** @default 900 000: 15 minutes */
  readonly maxDelayMs?: number;
}

/** Doubles the delay with every failure of a key. */
export class ItemBackoff<K> implements RateLimiter<K> {
  readonly #minDelayMs: number;
  readonly #maxDelayMs: number;
  readonly #failures = new Map<K, number>();

  constructor(options: ItemBackoffOptions = {}) {
    this.#minDelayMs = options.minDelayMs ?? 750;
    this.#maxDelayMs = options.maxDelayMs ?? 15 * 60_000;
  }

  when(key: K): number {
    const failures = this.failures(key);
    this.#failures.set(key, failures + 1);
    return Math.min(this.#minDelayMs * 2 ** failures, this.#maxDelayMs);
  }

  forget(key: K): void {
    this.#failures.delete(key);
  }

  failures(key: K): number {
    return this.#failures.get(key) ?? 0;
  }
}

/** How many retries there may be in all. */
export interface RetryBudgetOptions {
  /** @default 10 */
  readonly perSecond?: number;
  /** How many may come at once. @default 100 */
  readonly burst?: number;
  readonly clock?: Clock;
}

/** Bounds the rate of retries over all keys, so that a thousand failures do not come back as one wave. */
export class RetryBudget<K> implements RateLimiter<K> {
  readonly #intervalMs: number;
  readonly #burst: number;
  readonly #clock: Clock;
  /** When the bucket would be full again, on the monotonic clock. */
  #fullAt = -Infinity;

  constructor(options: RetryBudgetOptions = {}) {
    this.#intervalMs = 1000 / (options.perSecond ?? 10);
    this.#burst = options.burst ?? 100;
    this.#clock = options.clock ?? systemClock;
  }

  when(): number {
    const now = this.#clock.monotonic();
    this.#fullAt = Math.max(this.#fullAt, now) + this.#intervalMs;
    return Math.max(0, this.#fullAt - now - this.#burst * this.#intervalMs);
  }

  forget(): void {}

  failures(): number {
    return 0;
  }
}

/** The longest of what several limiters ask for. */
export class SlowestOf<K> implements RateLimiter<K> {
  readonly #limiters: readonly RateLimiter<K>[];

  constructor(...limiters: readonly RateLimiter<K>[]) {
    this.#limiters = limiters;
  }

  when(key: K): number {
    return Math.max(0, ...this.#limiters.map((limiter) => limiter.when(key)));
  }

  forget(key: K): void {
    for (const limiter of this.#limiters) limiter.forget(key);
  }

  failures(key: K): number {
    return Math.max(0, ...this.#limiters.map((limiter) => limiter.failures(key)));
  }
}
