import {
  type Clock,
  errorMessage,
  type KubeObject,
  type Logger,
  refOf,
  refString,
  silentLogger,
  sleep,
  systemClock,
} from '@gitops-toolkit/core';

import type { ObjectKey } from '../object-key.ts';
import type { ResourceKind } from '../resource-kind.ts';
import { jitter } from '../status/jitter.ts';
import { Backoff } from './backoff.ts';
import { ChangeWaiters } from './change-waiters.ts';
import { type ChangeHandler, HandlerLane } from './handler-lane.ts';
import type { WatchSource } from './list-watch.ts';
import type { ObjectChange } from './object-change.ts';
import { Reflector, type ReflectorOptions, type ReflectorTarget } from './reflector.ts';
import { isAtLeast } from './resource-version.ts';
import type { WatchSelection } from './selection.ts';
import { Store, type StoreOptions } from './store.ts';

/** What a {@link KindCache} is made of. */
export interface KindCacheOptions<T extends KubeObject> extends StoreOptions {
  readonly kind: ResourceKind<T>;
  readonly selection?: WatchSelection;
  /** Watched one by one where the kind has namespaces and the selection names none. @default all, in one watch */
  readonly namespaces?: readonly string[];
  readonly source: WatchSource;
  readonly reflector?: Pick<
    ReflectorOptions<T>,
    'backoff' | 'idleLimitMs' | 'initialIdleLimitMs' | 'streamInitial' | 'random'
  >;
  /**
   * How often handlers are told again of every object, as an update whose `old` and `object` are the same; it
   * costs no request. Spread by 10 % either way. 0 for never. @default 36 000 000: 10 hours
   */
  readonly resyncMs?: number;
  readonly logger?: Logger;
  readonly clock?: Clock;
}

/** A handler at a cache. */
export interface Subscription {
  /** Resolves when the handler has been through everything that was there at the start. */
  readonly synced: Promise<void>;
  /** Changes that wait for the handler. */
  readonly pending: number;
  close(): void;
}

/**
 * One kind's objects, kept current by one watch, for any number of readers and handlers.
 *
 * A handler that comes late is first told of what is there. Each has its own line of changes.
 */
export class KindCache<T extends KubeObject> {
  readonly kind: ResourceKind<T>;
  readonly selection: WatchSelection;
  readonly store: Store<T>;
  readonly #options: KindCacheOptions<T>;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #lanes = new Set<HandlerLane<T>>();
  readonly #syncWaiters = new Set<() => void>();
  readonly #waiters: ChangeWaiters;
  #reflectors: { readonly namespace: string | undefined; readonly reflector: Reflector<T> }[] = [];
  #setupError: unknown;

  constructor(options: KindCacheOptions<T>) {
    this.kind = options.kind;
    this.selection = options.selection ?? {};
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#waiters = new ChangeWaiters(this.#clock);
    this.#logger = (options.logger ?? silentLogger).with({ watchedKind: options.kind.kind });
    this.store = new Store({
      ...options,
      onIndexError: (error, object) =>
        this.#logger.error('an index function failed', { error, object: refString(refOf(object)) }),
    });
  }

  /** Whether everything that was there at the start is here. */
  get synced(): boolean {
    return this.#reflectors.length > 0 && this.#reflectors.every(({ reflector }) => reflector.synced);
  }

  /** One for all namespaces, or one for each. */
  get reflectors(): readonly Reflector<T>[] {
    return this.#reflectors.map(({ reflector }) => reflector);
  }

  /** Why the cache is not kept current at the moment. */
  get lastError(): unknown {
    return (
      this.#setupError ?? this.reflectors.find((reflector) => reflector.lastError !== undefined)?.lastError
    );
  }

  /** Changes that wait for handlers. */
  get pending(): number {
    let pending = 0;
    for (const lane of this.#lanes) pending += lane.length;
    return pending;
  }

  /** Runs until the signal is aborted, whatever fails meanwhile. */
  async run(signal: AbortSignal): Promise<void> {
    const namespaces = await this.#namespaces(signal);
    this.#reflectors = namespaces.map((namespace) => ({ namespace, reflector: this.#reflect(namespace) }));
    const ended = this.#reflectors.map(({ reflector }) => reflector.run(signal));
    await Promise.all([...ended, this.#repeat(signal)]);
    for (const lane of this.#lanes) lane.close();
  }

  /** Adds a handler. It is told of what is there, then of every change, one after the other. */
  subscribe(handler: ChangeHandler<T>): Subscription {
    const lane = new HandlerLane(handler, (error, change) => this.#report(error, change));
    this.#lanes.add(lane);
    lane.push(this.store.list().map((object) => ({ type: 'added', object, initial: true })));
    const synced = new Promise<void>((resolve) => this.#whenSynced(() => lane.mark(resolve)));
    return {
      synced,
      get pending(): number {
        return lane.length;
      },
      close: () => {
        this.#lanes.delete(lane);
        lane.close();
      },
    };
  }

  /** Waits until {@link KindCache.synced}; rejects with the signal's reason. */
  waitForSync(options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const { signal } = options;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const onAbort = (): void => {
        forget();
        reject(signal?.reason as Error);
      };
      const forget = this.#whenSynced(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /**
   * Waits until the cache has seen a version, such as that of an object just written.
   *
   * @returns whether it has; `false` after `timeoutMs`, and where versions cannot be compared
   */
  async waitForVersion(
    resourceVersion: string,
    options: { readonly namespace?: string; readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<boolean> {
    const seen = this.#hasSeen(resourceVersion, options.namespace);
    if (seen !== false) return seen ?? false;
    const holds = (): boolean => this.#hasSeen(resourceVersion, options.namespace) === true;
    return this.#waiters.waitUntil(holds, options);
  }

  /**
   * Waits until the cache has not an object of a uid any more, such as one just deleted.
   *
   * @returns whether that is so; `false` after `timeoutMs`
   */
  waitForDeletion(
    { uid, ...key }: ObjectKey & { readonly uid: string },
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<boolean> {
    return this.#waiters.waitUntil(() => this.store.get(key)?.metadata.uid !== uid, options);
  }

  #hasSeen(resourceVersion: string, namespace: string | undefined): boolean | undefined {
    const found = this.#reflectors.find(
      (each) => each.namespace === undefined || each.namespace === namespace,
    );
    const current = found?.reflector.resourceVersion;
    return current === undefined ? false : isAtLeast(current, resourceVersion);
  }

  /** Which namespaces to watch one by one; `undefined` stands for all in one. */
  async #namespaces(signal: AbortSignal): Promise<readonly (string | undefined)[]> {
    const { namespaces = [], kind, source } = this.#options;
    if (this.selection.namespace !== undefined) return [this.selection.namespace];
    if (namespaces.length === 0) return [undefined];
    const backoff = new Backoff({ clock: this.#clock });
    while (!signal.aborted) {
      try {
        const isNamespaced = await source.isNamespaced(kind);
        this.#setupError = undefined;
        return isNamespaced ? namespaces : [undefined];
      } catch (error) {
        this.#setupError = error;
        await sleep(backoff.next(), { clock: this.#clock, signal }).catch(() => {});
      }
    }
    return [];
  }

  /** Tells of everything again from time to time, for what a handler may have missed or forgotten. */
  async #repeat(signal: AbortSignal): Promise<void> {
    const { resyncMs = 10 * 3_600_000, reflector } = this.#options;
    while (resyncMs > 0 && !signal.aborted) {
      await sleep(jitter(resyncMs, 10, reflector?.random), { clock: this.#clock, signal }).catch(() => {});
      if (signal.aborted) return;
      for (const object of this.store.list()) this.#publish([{ type: 'updated', object, old: object }]);
    }
  }

  #reflect(namespace: string | undefined): Reflector<T> {
    const selection = namespace === undefined ? this.selection : { ...this.selection, namespace };
    return new Reflector<T>({
      ...this.#options.reflector,
      source: this.#options.source.listWatch(this.kind, selection),
      target: this.#target(namespace),
      logger: this.#logger,
      clock: this.#clock,
    });
  }

  #target(namespace: string | undefined): ReflectorTarget<T> {
    let initial = true;
    const scope = namespace === undefined ? {} : { namespace };
    return {
      prepare: (object) => this.store.prepare(object),
      replace: (objects) => {
        this.#publish(this.store.replace(objects, { ...scope, initial, prepared: true }));
        initial = false;
      },
      set: (object) => this.#publish(this.store.set(object)),
      delete: (object) => this.#publish(this.store.delete(object)),
      advance: () => {
        this.#waiters.notify();
        if (this.#syncWaiters.size > 0 && this.synced) {
          for (const resolve of this.#syncWaiters) resolve();
          this.#syncWaiters.clear();
        }
      },
    };
  }

  #publish(changes: readonly ObjectChange<T>[]): void {
    if (changes.length > 0) for (const lane of this.#lanes) lane.push(changes);
  }

  #whenSynced(callback: () => void): () => void {
    if (this.synced) callback();
    else this.#syncWaiters.add(callback);
    return () => this.#syncWaiters.delete(callback);
  }

  #report(error: unknown, change: ObjectChange<T>): void {
    this.#logger.error('a handler failed on a change', {
      error,
      reason: errorMessage(error),
      change: change.type,
      object: refString(refOf(change.object)),
    });
  }
}
