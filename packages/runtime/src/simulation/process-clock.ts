import type { Clock } from '@gitops-toolkit/core';

/** The clock of one process: its wall clock is off, and the process may stand still, or be killed. */
export class ProcessClock implements Clock {
  readonly #world: Clock;
  readonly #skewMs: number;
  readonly #waiting: (() => void)[] = [];
  #state: 'awake' | 'asleep' | 'waking' | 'dead' = 'awake';

  constructor(world: Clock, options: { readonly skewMs: number }) {
    this.#world = world;
    this.#skewMs = options.skewMs;
  }

  get isAlive(): boolean {
    return this.#state !== 'dead';
  }

  now(): number {
    return this.#world.now() + this.#skewMs;
  }

  monotonic(): number {
    return this.#world.monotonic();
  }

  setTimeout(callback: () => void, ms: number): () => void {
    let isCancelled = false;
    const cancel = this.#world.setTimeout(
      () => this.whenAwake(() => (isCancelled ? undefined : callback())),
      ms,
    );
    return () => {
      isCancelled = true;
      cancel();
    };
  }

  /** Calls back now, or when the process goes on; never where it was killed. */
  whenAwake(callback: () => void): void {
    if (this.#state === 'awake') callback();
    else if (this.#state !== 'dead') this.#waiting.push(callback);
  }

  /** Nothing of the process runs until {@link ProcessClock.wake}; time goes on. */
  sleep(): void {
    if (this.#state !== 'dead') this.#state = 'asleep';
  }

  /**
   * What came meanwhile, timers and answers alike, comes now, one after the other in its order: what follows from one
   * happens before the process hears of the next.
   */
  wake(): void {
    if (this.#state !== 'asleep') return;
    this.#state = 'waking';
    this.#next();
  }

  #next(): void {
    if (this.#state !== 'waking') return;
    const callback = this.#waiting.shift();
    if (!callback) {
      this.#state = 'awake';
      return;
    }
    callback();
    setImmediate(() => this.#next());
  }

  kill(): void {
    this.#state = 'dead';
    this.#waiting.length = 0;
  }
}
