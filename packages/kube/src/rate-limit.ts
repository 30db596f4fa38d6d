import { type Clock, sleep } from '@gitops-toolkit/core';

/** How many requests a client sends. */
export interface RateLimitOptions {
  /** Requests a second in the long run. @default no limit */
  readonly qps?: number;
  /** Requests at once before `qps` counts. @default qps */
  readonly burst?: number;
}

/** A token bucket: callers wait in the order in which they came. */
export class RateLimit {
  readonly #intervalMs: number;
  readonly #burst: number;
  readonly #clock: Clock;
  /** When the bucket would be full again, were nobody to call: each call moves it on by one interval. */
  #fullAt = 0;

  constructor(qps: number, burst: number, clock: Clock) {
    this.#intervalMs = 1000 / qps;
    this.#burst = Math.max(1, burst);
    this.#clock = clock;
  }

  /** Resolves when a request may be sent. A call that its signal ends gives no token back. */
  async take(signal?: AbortSignal): Promise<void> {
    const now = this.#clock.monotonic();
    this.#fullAt = Math.max(this.#fullAt, now) + this.#intervalMs;
    const waitMs = this.#fullAt - now - this.#burst * this.#intervalMs;
    if (waitMs > 0) await sleep(waitMs, { clock: this.#clock, ...(signal && { signal }) });
  }
}
