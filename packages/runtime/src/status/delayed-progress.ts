import { type Clock, systemClock } from '@gitops-toolkit/core';

/** How a {@link DelayedProgress} writes. */
export interface DelayedProgressOptions {
  /** Writes the object as it is by then, for example by a {@link SerialPatcher}. */
  readonly save: () => Promise<void>;
  /** Told of a write that failed. The run goes on: its last write fails for the same reason, or mends it. */
  readonly onError: (error: unknown) => void;
  /** Milliseconds from the beginning of the run in which nothing is written. @default 1000 */
  readonly delayMs?: number;
  readonly clock?: Clock;
}

/**
 * Shows the progress of a run that takes longer than a moment. A quick run writes its outcome alone:
 * nobody could have read what was true for a fraction of a second.
 *
 * Until then the object says what it said before, which must not be wrong of it: that its
 * `observedGeneration` is not the newest tells watchers that there is more to come.
 */
export class DelayedProgress implements Disposable {
  readonly #options: DelayedProgressOptions;
  readonly #clock: Clock;
  readonly #quietUntil: number;
  #cancel: (() => void) | undefined;
  #isOver = false;

  /** The run begins. */
  constructor(options: DelayedProgressOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#quietUntil = this.#clock.monotonic() + (options.delayMs ?? 1000);
  }

  /** The object has something new to show: now, or when the run has taken a moment. Does not wait. */
  report(): void {
    if (this.#isOver || this.#cancel) return;
    const waitMs = this.#quietUntil - this.#clock.monotonic();
    if (waitMs <= 0) this.#save();
    else this.#cancel = this.#clock.setTimeout(() => this.#save(), waitMs);
  }

  /** Writes at once, and waits for it: what must be on record before the run goes on. */
  async write(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    await this.#options.save();
  }

  /** The run is over. A write that is under way goes on. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#cancel?.();
  }

  #save(): void {
    this.#cancel = undefined;
    this.#options.save().catch(this.#options.onError);
  }
}
