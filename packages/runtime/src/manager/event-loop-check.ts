import { monitorEventLoopDelay } from 'node:perf_hooks';

import type { HealthCheck } from './health-checks.ts';

/** Watches how long the event loop was blocked. */
export class EventLoopCheck implements Disposable {
  readonly #limitMs: number;
  readonly #delay: ReturnType<typeof monitorEventLoopDelay> = monitorEventLoopDelay({ resolution: 20 });

  /** @param limitMs longer than this, leases and watches are in danger. @default 5000 */
  constructor(limitMs = 5000) {
    this.#limitMs = limitMs;
    this.#delay.enable();
  }

  /** Fails once when the loop was blocked for too long since it was last asked. */
  readonly check: HealthCheck = () => {
    const longestMs = this.#delay.max / 1e6;
    this.#delay.reset();
    if (longestMs > this.#limitMs)
      throw new Error(`the event loop was blocked for ${Math.round(longestMs)} ms`);
  };

  [Symbol.dispose](): void {
    this.#delay.disable();
  }
}
