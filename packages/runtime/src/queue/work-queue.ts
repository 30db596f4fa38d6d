import { type Clock, systemClock } from '@gitops-toolkit/core';

import { Delayed } from './delayed.ts';
import type { QueueObserver } from './queue-observer.ts';
import { ItemBackoff, type RateLimiter } from './rate-limiter.ts';
import { ReadyLevels } from './ready-levels.ts';

/** The priority of objects that were there at the start, or are only looked at again: they do not delay what changes now. */
export const lowPriority: number = -100;

/** What a {@link WorkQueue} is made of. */
export interface WorkQueueOptions<K> {
  /** @default {@link ItemBackoff} with its defaults */
  readonly rateLimiter?: RateLimiter<K>;
  /**
   * A key that is ready for so long need not wait for all of higher priority any more: one turn in four is
   * for such keys. `Infinity` for never. @default 30 000
   */
  readonly agesAfterMs?: number;
  /** Told of what happens, for metrics. */
  readonly observer?: QueueObserver<K>;
  readonly clock?: Clock;
}

/** How a key is added. */
export interface AddOptions {
  /** Higher goes first. @default 0 */
  readonly priority?: number;
}

/** A key to work on. */
export interface WorkItem<K> {
  readonly key: K;
  readonly priority: number;
}

/**
 * Hands out keys to workers: each at most once at a time, and again after that if it was added
 * meanwhile, however often.
 *
 * A key is in at most one of these states, beside being worked on: *waiting* for its time, or
 * *ready*. Ready beats waiting, an earlier time beats a later one, and the higher of two
 * priorities stays. Higher priorities go first, without starving the others. Keys are compared as `Map` does: use strings.
 *
 * @example
 * ```ts
 * import { WorkQueue } from '@gitops-toolkit/runtime';
 * const queue = new WorkQueue<string>();
 * queue.add('apps/web');
 * queue.add('apps/web'); // still one
 * const item = await queue.get();
 * console.log(item?.key, queue.length); // apps/web 0
 * queue.done('apps/web');
 * ```
 */
export class WorkQueue<K> {
  readonly #clock: Clock;
  readonly #limiter: RateLimiter<K>;
  readonly #observer: QueueObserver<K> | undefined;
  readonly #ready: ReadyLevels<K>;
  readonly #delayed: Delayed<K>;
  /** Keys that are worked on, with the priority of what was added meanwhile. */
  readonly #active = new Map<K, number | undefined>();
  readonly #getters: ((item: WorkItem<K> | undefined) => void)[] = [];
  readonly #idleWaiters: (() => void)[] = [];
  #state: 'open' | 'draining' | 'closed' = 'open';

  constructor(options: WorkQueueOptions<K> = {}) {
    this.#clock = options.clock ?? systemClock;
    this.#limiter = options.rateLimiter ?? new ItemBackoff<K>();
    this.#observer = options.observer;
    this.#ready = new ReadyLevels({ clock: this.#clock, agesAfterMs: options.agesAfterMs ?? 30_000 });
    this.#delayed = new Delayed(this.#clock, (key, priority) => this.#makeReady(key, priority));
  }

  /** Keys that are ready and not yet handed out. */
  get length(): number {
    return this.#ready.size;
  }

  /** {@link WorkQueue.length} by priority, the highest first. */
  get lengths(): readonly { readonly priority: number; readonly size: number }[] {
    return this.#ready.sizes;
  }

  /** Keys that wait for their time. */
  get waiting(): number {
    return this.#delayed.size;
  }

  /** Keys that are worked on. */
  get active(): number {
    return this.#active.size;
  }

  /** Makes a key ready now. Does nothing after {@link WorkQueue.shutDown}. */
  add(key: K, options: AddOptions = {}): void {
    const { priority = 0 } = options;
    if (this.#state !== 'open') return;
    const waited = this.#delayed.delete(key);
    this.#makeReady(key, Math.max(priority, waited ?? -Infinity));
  }

  /** Makes a key ready after a time, unless it is ready before. */
  addAfter(key: K, delayMs: number, options: AddOptions = {}): void {
    if (this.#state !== 'open') return;
    const { priority = 0 } = options;
    if (!(delayMs > 0)) this.add(key, options);
    else if (this.#isReady(key)) this.#makeReady(key, priority);
    else this.#delayed.add(key, delayMs, priority);
  }

  /** Counts a failure of the key and makes it ready after the delay of the rate limiter, or `atLeastMs`. */
  addRateLimited(key: K, options: AddOptions & { readonly atLeastMs?: number } = {}): void {
    this.#observer?.retried(key);
    this.addAfter(key, Math.max(this.#limiter.when(key), options.atLeastMs ?? 0), options);
  }

  /** Forgets the failures of a key. */
  forget(key: K): void {
    this.#limiter.forget(key);
  }

  /** How often the key failed since it was last forgotten. */
  failures(key: K): number {
    return this.#limiter.failures(key);
  }

  /**
   * Waits for a key. Whoever gets it calls {@link WorkQueue.done} with it.
   *
   * @returns `undefined` once the queue is shut down and has nothing left, or when the signal is aborted
   */
  get(options: { readonly signal?: AbortSignal } = {}): Promise<WorkItem<K> | undefined> {
    const { signal } = options;
    if (signal?.aborted || this.#state === 'closed') return Promise.resolve(undefined);
    const item = this.#take();
    if (item || this.#state === 'draining') return Promise.resolve(item);
    return new Promise((resolve) => {
      const getter = (given: WorkItem<K> | undefined): void => {
        signal?.removeEventListener('abort', onAbort);
        resolve(given);
      };
      const onAbort = (): void => {
        this.#getters.splice(this.#getters.indexOf(getter), 1);
        resolve(undefined);
      };
      this.#getters.push(getter);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Says that work on a key has ended. If it was added meanwhile, it is ready again. */
  done(key: K): void {
    if (!this.#active.has(key)) return;
    const again = this.#active.get(key);
    this.#active.delete(key);
    this.#observer?.finished(key);
    if (again !== undefined) this.#makeReady(key, again);
    if (this.#isDrained()) this.#close();
  }

  /** Takes no further keys and hands out none, also none that was ready. */
  shutDown(): void {
    this.#delayed.clear();
    this.#close();
  }

  /** Takes no further keys, hands out those that are ready, and resolves when all are done. */
  async drain(): Promise<void> {
    if (this.#state === 'open') this.#state = 'draining';
    this.#delayed.clear();
    if (this.#isDrained()) this.#close();
    if (this.#active.size > 0 || this.#state !== 'closed') {
      await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
    }
  }

  #isReady(key: K): boolean {
    return this.#ready.priorityOf(key) !== undefined || this.#active.get(key) !== undefined;
  }

  #makeReady(key: K, priority: number): void {
    if (this.#state === 'closed') return;
    this.#observer?.added(key);
    if (this.#active.has(key)) {
      this.#active.set(key, Math.max(priority, this.#active.get(key) ?? -Infinity));
      return;
    }
    this.#ready.add(key, priority);
    const getter = this.#getters.shift();
    if (getter) getter(this.#take());
  }

  #take(): WorkItem<K> | undefined {
    const item = this.#ready.shift();
    if (!item) return undefined;
    this.#active.set(item.key, undefined);
    this.#observer?.started(item.key);
    return item;
  }

  #isDrained(): boolean {
    return (
      this.#state !== 'open' &&
      this.#active.size === 0 &&
      (this.#state === 'closed' || this.#ready.size === 0)
    );
  }

  #close(): void {
    this.#state = 'closed';
    for (const getter of this.#getters.splice(0)) getter(undefined);
    if (this.#active.size === 0) for (const resolve of this.#idleWaiters.splice(0)) resolve();
  }
}
