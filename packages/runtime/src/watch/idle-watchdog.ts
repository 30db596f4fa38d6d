import type { Clock } from '@gitops-toolkit/core';

/** Calls back once when nothing happened for a time. One timer serves however many events. */
export class IdleWatchdog implements Disposable {
  readonly #clock: Clock;
  #limitMs: number;
  readonly #onIdle: () => void;
  #lastAt: number;
  #cancel: () => void;

  constructor(options: { readonly clock: Clock; readonly limitMs: number; readonly onIdle: () => void }) {
    this.#clock = options.clock;
    this.#limitMs = options.limitMs;
    this.#onIdle = options.onIdle;
    this.#lastAt = this.#clock.monotonic();
    this.#cancel = this.#clock.setTimeout(() => this.#check(), this.#limitMs);
  }

  /** Something happened. What happens next may take as long as `limitMs`. */
  touch(limitMs: number): void {
    this.#lastAt = this.#clock.monotonic();
    if (limitMs === this.#limitMs) return;
    this.#limitMs = limitMs;
    this.#cancel();
    this.#check();
  }

  [Symbol.dispose](): void {
    this.#cancel();
  }

  #check(): void {
    const restMs = this.#lastAt + this.#limitMs - this.#clock.monotonic();
    if (restMs <= 0) this.#onIdle();
    else this.#cancel = this.#clock.setTimeout(() => this.#check(), restMs);
  }
}
