import { type Clock, errorMessage, type KubeObject, type Logger, systemClock } from '@gitops-toolkit/core';

import { RuntimeError } from '../errors.ts';
import { LinkedSignal } from '../linked-signal.ts';
import type { ObjectKey } from '../object-key.ts';
import type { ResourceKind } from '../resource-kind.ts';
import type { CacheListOptions, CacheReader } from './cache-reader.ts';
import { KindCache, type KindCacheOptions } from './kind-cache.ts';
import type { WatchSource } from './list-watch.ts';
import type { WatchSelection } from './selection.ts';
import { stripManagedFields, type Transform } from './transform.ts';

/** What a {@link WatchCache} is made of. */
export interface WatchCacheOptions {
  /** A cluster ({@link clusterSource}), or a script in a test. */
  readonly source: WatchSource;
  /** Watch these namespaces only. @default all */
  readonly namespaces?: readonly string[];
  /** What is kept of an object. @default everything but `metadata.managedFields` */
  readonly transform?: Transform;
  /** Make kept objects immutable. @default true unless NODE_ENV is `production` */
  readonly freeze?: boolean;
  /** How often handlers are told again of every object. 0 for never. @default 36 000 000: 10 hours */
  readonly resyncMs?: number;
  /** How watches behave. */
  readonly reflector?: KindCacheOptions<KubeObject>['reflector'];
  readonly logger?: Logger;
  readonly clock?: Clock;
}

/**
 * The watched kinds of a program. Whoever needs the same kind in the same selection shares one
 * watch and one copy of its objects.
 *
 * @example
 * ```ts no-run
 * import { KubeClient, loadKubeconfig } from '@gitops-toolkit/kube';
 * import { clusterSource, kindOf, WatchCache } from '@gitops-toolkit/runtime';
 *
 * const ConfigMap = kindOf('v1', 'ConfigMap');
 * const client = new KubeClient(await loadKubeconfig());
 * await using cache = new WatchCache({ source: clusterSource(client) });
 * cache.watch(ConfigMap);
 * cache.start();
 * await cache.waitForSync();
 * console.log(cache.list(ConfigMap).length);
 * ```
 */
export class WatchCache implements CacheReader, AsyncDisposable {
  readonly #options: WatchCacheOptions;
  readonly #clock: Clock;
  readonly #kinds = new Map<string, KindCache<KubeObject>>();
  readonly #running = new Map<string, { readonly stop: AbortController; readonly ended: Promise<void> }>();
  #state: 'new' | 'started' | 'stopped' = 'new';

  constructor(options: WatchCacheOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** Every watched selection. */
  get kinds(): readonly KindCache<KubeObject>[] {
    return [...this.#kinds.values()];
  }

  get synced(): boolean {
    return this.kinds.every((kind) => kind.synced);
  }

  /** The cache of a kind in a selection; it is made, and started if the others are, when there is none. */
  watch<T extends KubeObject>(kind: ResourceKind<T>, selection: WatchSelection = {}): KindCache<T> {
    const key = selectionKey(kind, selection);
    const existing = this.#kinds.get(key);
    if (existing) return existing as unknown as KindCache<T>;
    const {
      source,
      namespaces,
      transform = stripManagedFields,
      freeze,
      reflector,
      resyncMs,
      logger,
    } = this.#options;
    const created = new KindCache<KubeObject>({
      kind: kind as ResourceKind,
      selection,
      source,
      transform,
      clock: this.#clock,
      ...(namespaces && { namespaces }),
      ...(freeze === undefined ? {} : { freeze }),
      ...(reflector && { reflector }),
      ...(resyncMs === undefined ? {} : { resyncMs }),
      ...(logger && { logger }),
    });
    this.#kinds.set(key, created);
    if (this.#state === 'started') this.#run(key, created);
    return created as unknown as KindCache<T>;
  }

  /**
   * Ends a watch and forgets its objects, for a kind whose definition goes, say. Its handlers hear no more, and reads
   * of the kind throw unless it is watched in another selection. {@link WatchCache.watch} begins anew.
   *
   * @returns whether it was watched
   */
  async unwatch(kind: ResourceKind, selection: WatchSelection = {}): Promise<boolean> {
    const key = selectionKey(kind, selection);
    const running = this.#running.get(key);
    this.#running.delete(key);
    const wasWatched = this.#kinds.delete(key);
    running?.stop.abort(new RuntimeError('RUNTIME_STOPPED', `${kind.kind} is not watched any more`));
    await running?.ended;
    return wasWatched;
  }

  /** Begins to watch. What is added later begins at once. */
  start(): void {
    if (this.#state !== 'new') return;
    this.#state = 'started';
    for (const [key, kind] of this.#kinds) this.#run(key, kind);
  }

  /**
   * Waits until every watched kind is here.
   *
   * @param options.timeoutMs default 120 000
   * @throws RuntimeError RUNTIME_CACHE_SYNC_TIMEOUT with the kinds that are not, and why
   */
  async waitForSync(
    options: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    const { timeoutMs = 120_000, signal } = options;
    const expired = new AbortController();
    const cancel = this.#clock.setTimeout(() => expired.abort(this.#notSynced(timeoutMs)), timeoutMs);
    using either = new LinkedSignal(expired.signal, ...(signal ? [signal] : []));
    try {
      await Promise.all(this.kinds.map((kind) => kind.waitForSync({ signal: either.signal })));
    } finally {
      cancel();
    }
  }

  get<T extends KubeObject>(kind: ResourceKind<T>, key: ObjectKey): T | undefined {
    return this.#cached(kind).store.get(key);
  }

  list<T extends KubeObject>(kind: ResourceKind<T>, options?: CacheListOptions): T[] {
    return this.#cached(kind).store.list(options);
  }

  byIndex<T extends KubeObject>(kind: ResourceKind<T>, index: string, value: string): T[] {
    return this.#cached(kind).store.byIndex(index, value);
  }

  /** Stops all watches; what was cached can still be read. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#state = 'stopped';
    const running = [...this.#running.values()];
    for (const { stop } of running) stop.abort(new RuntimeError('RUNTIME_STOPPED', 'the cache was stopped'));
    await Promise.all(running.map(({ ended }) => ended));
  }

  #run(key: string, kind: KindCache<KubeObject>): void {
    const stop = new AbortController();
    this.#running.set(key, { stop, ended: kind.run(stop.signal) });
  }

  /** Where a kind is watched in several selections, whole objects come before metadata, and all before some. */
  #cached<T extends KubeObject>(kind: ResourceKind<T>): KindCache<T> {
    let best: KindCache<KubeObject> | undefined;
    for (const each of this.#kinds.values()) {
      if (each.kind.kind !== kind.kind || each.kind.apiVersion !== kind.apiVersion) continue;
      if (!best || narrowness(each.selection) < narrowness(best.selection)) best = each;
    }
    if (best) return best as unknown as KindCache<T>;
    throw new RuntimeError('RUNTIME_NOT_CACHED', `${kind.kind} (${kind.apiVersion}) is not watched`, {
      hint: 'Add reads() or watches() to the controller, or read with the client.',
    });
  }

  #notSynced(timeoutMs: number): RuntimeError {
    const missing = this.kinds.filter((kind) => !kind.synced);
    const lines = missing.map(({ kind, lastError }) => {
      const why = lastError === undefined ? 'no answer yet' : errorMessage(lastError);
      return `${kind.kind} (${kind.apiVersion}): ${why}`;
    });
    return new RuntimeError(
      'RUNTIME_CACHE_SYNC_TIMEOUT',
      `the cache was not complete after ${timeoutMs} ms: ${lines.join('; ')}`,
      {
        cause: missing.find((kind) => kind.lastError !== undefined)?.lastError,
        hint: 'Are the CRDs installed, and may this account list and watch the kinds?',
        retry: 'backoff',
      },
    );
  }
}

function selectionKey(kind: ResourceKind, selection: WatchSelection): string {
  const { namespace = '', labelSelector = '', fieldSelector = '', metadataOnly = false } = selection;
  return JSON.stringify([kind.apiVersion, kind.kind, namespace, labelSelector, fieldSelector, metadataOnly]);
}

function narrowness(selection: WatchSelection): number {
  const { namespace, labelSelector, fieldSelector, metadataOnly } = selection;
  return (metadataOnly ? 4 : 0) + [namespace, labelSelector, fieldSelector].filter(Boolean).length;
}
