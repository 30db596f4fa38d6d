import type { Clock } from '@gitops-toolkit/core';

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
  #time = 0;
  #timers: { at: number; callback: () => void }[] = [];

  now(): number {
    return this.#time;
  }

  monotonic(): number {
    return this.#time;
  }

  setTimeout(callback: () => void, ms: number): () => void {
    const timer = { at: this.#time + ms, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Moves on and calls what is due, letting promises settle. */
  async advance(ms: number): Promise<void> {
    this.#time += ms;
    const due = this.#timers.filter(({ at }) => at <= this.#time);
    this.#timers = this.#timers.filter(({ at }) => at > this.#time);
    for (const { callback } of due) callback();
    await new Promise((resolve) => setImmediate(resolve));
  }
}
