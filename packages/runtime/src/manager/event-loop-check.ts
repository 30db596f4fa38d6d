import type { HealthCheck } from './health-checks.ts';

const tickMs = 100;

/** Watches how long the event loop was blocked: by timers that come late. */
export class EventLoopCheck implements Disposable {
  readonly #limitMs: number;
  readonly #timer: NodeJS.Timeout;
  #lastTick = performance.now();
  #longestMs = 0;

  /** @param limitMs longer than this, leases and watches are in danger. @default 5000 */
  constructor(limitMs = 5000) {
    this.#limitMs = limitMs;
    this.#timer = setInterval(() => this.#tick(), tickMs).unref();
  }

  /** Fails once when the loop was blocked for too long since it was last asked. */
  readonly check: HealthCheck = () => {
    this.#tick();
    const longestMs = this.#longestMs;
    this.#longestMs = 0;
    if (longestMs > this.#limitMs)
      throw new Error(`the event loop was blocked for ${Math.round(longestMs)} ms`);
  };

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const now = performance.now();
    this.#longestMs = Math.max(this.#longestMs, now - this.#lastTick - tickMs);
    this.#lastTick = now;
  }
}
