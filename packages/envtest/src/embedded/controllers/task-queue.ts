import type { Clock, Logger } from '@gitops-toolkit/core';

import { Waiting } from '../admission/session.ts';

/**
 * Runs the controllers' work after the request that caused it has been answered, one piece at a
 * time. A piece that waits already is not queued again under the same key.
 */
export class TaskQueue {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #tasks: Map<string, () => void> = new Map();
  readonly #timers: Map<string, () => void> = new Map();
  readonly #waiting: (() => void)[] = [];
  #scheduled = false;
  #stopped = false;

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  add(key: string, task: () => void): void {
    if (this.#stopped) return;
    this.#tasks.set(key, task);
    this.#schedule();
  }

  /** Adds a task after a time; a task under the same key that waits for its time is replaced. */
  addAfter(key: string, delayMs: number, task: () => void): void {
    if (this.#stopped) return;
    this.#timers.get(key)?.();
    if (delayMs <= 0) {
      this.#timers.delete(key);
      return this.add(key, task);
    }
    const cancel = this.#clock.setTimeout(() => {
      this.#timers.delete(key);
      this.add(key, task);
    }, delayMs);
    this.#timers.set(key, cancel);
  }

  /** Resolves when nothing is left to do but what waits for its time. */
  idle(): Promise<void> {
    if (this.#tasks.size === 0 && !this.#scheduled) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  stop(): void {
    this.#stopped = true;
    this.#tasks.clear();
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#run());
  }

  /** Runs a task again once what it waits for is there. */
  #repeat(key: string, task: () => void, waiting: Waiting): void {
    void waiting.settle().then(
      () => this.add(key, task),
      (error: unknown) => this.#logger.error('simulated controller failed', { key, error }),
    );
  }

  /** Runs what was there at the beginning; what that brings about gets a turn of its own, after requests. */
  #run(): void {
    this.#scheduled = false;
    const tasks = [...this.#tasks];
    this.#tasks.clear();
    for (const [key, task] of tasks) {
      try {
        task();
      } catch (error) {
        if (error instanceof Waiting) {
          this.#repeat(key, task, error);
          continue;
        }
        // A controller that fails must not take the server along; its object stays as it is.
        this.#logger.error('simulated controller failed', { key, error });
      }
    }
    if (this.#tasks.size > 0) return this.#schedule();
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
