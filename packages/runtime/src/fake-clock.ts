import type { Clock } from '@gitops-toolkit/core';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/**
 * A clock that stands still until it is told to move: tests of hours take no time.
 *
 * @example
 * ```ts
 * import { FakeClock } from '@gitops-toolkit/runtime';
 * const clock = new FakeClock('2026-01-01T00:00:00Z');
 * clock.setTimeout(() => console.log('an hour later'), 3_600_000);
 * await clock.advance(3_600_000);
 * ```
 */
export class FakeClock implements Clock {
  #now: number;
  #elapsed = 0;
  #order = 0;
  readonly #timers = new Set<Timer>();

  constructor(start: string | number = 0) {
    this.#now = new Date(start).getTime();
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  setTimeout(callback: () => void, ms: number): () => void {
    const timer = { at: this.#elapsed + Math.max(0, ms), order: this.#order++, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Timers that were set and have neither fired nor been cancelled. */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  /** Milliseconds until the next timer fires. */
  get nextTimerMs(): number | undefined {
    const next = this.#next();
    return next && next.at - this.#elapsed;
  }

  /** Moves on, timer by timer, and lets the promises that wait for each one go on. */
  async advance(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    await settle();
    for (let next = this.#next(); next && next.at <= end; next = this.#next()) {
      this.#moveTo(next.at);
      this.#timers.delete(next);
      next.callback();
      await settle();
    }
    this.#moveTo(end);
  }

  /** Sets the wall clock alone, as an administrator would. */
  setWallClock(time: string | number): void {
    this.#now = new Date(time).getTime();
  }

  #next(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (!first || timer.at < first.at || (timer.at === first.at && timer.order < first.order))
        first = timer;
    }
    return first;
  }

  #moveTo(elapsed: number): void {
    this.#now += elapsed - this.#elapsed;
    this.#elapsed = elapsed;
  }
}

/** Two turns of the event loop: enough for chains of promises and for one `setImmediate` in them. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
}
