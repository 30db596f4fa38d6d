import { type Clock, systemClock } from '@gitops-toolkit/core';
import type { RepositoryIndex } from '@gitops-toolkit/helm/repository';

/** For whom an index is looked for: the labels of the metric. */
export interface IndexUser {
  readonly name: string;
  readonly namespace: string;
}

/** How many indexes are kept, and for how long. */
export interface ChartIndexCacheOptions {
  /** Indexes; further ones are not kept: `--helm-cache-max-size`. */
  readonly maxSize: number;
  /** Milliseconds since an index was last asked for: `--helm-cache-ttl`. @default 15 minutes */
  readonly ttlMs?: number;
  /** Milliseconds between two looks for those that are too old: `--helm-cache-purge-interval`. @default 1 minute */
  readonly purgeIntervalMs?: number;
  /** Told of each look: `gotk_cache_events_total` is made of it. */
  readonly onEvent?: (type: 'cache_hit' | 'cache_miss', user: IndexUser) => void;
  readonly clock?: Clock;
}

interface Entry {
  readonly index: RepositoryIndex;
  expiresAt: number;
}

/**
 * Keeps the indexes of Helm repositories in memory, under the paths of their artifacts: with those of another tenant nothing
 * is found.
 */
export class ChartIndexCache {
  readonly #options: Required<Pick<ChartIndexCacheOptions, 'maxSize' | 'ttlMs' | 'purgeIntervalMs'>> &
    ChartIndexCacheOptions;
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();
  #purgedAt: number;

  constructor(options: ChartIndexCacheOptions) {
    this.#options = { ttlMs: 15 * 60_000, purgeIntervalMs: 60_000, ...options };
    this.#clock = options.clock ?? systemClock;
    this.#purgedAt = this.#clock.monotonic();
  }

  /** The index of an artifact, which is then kept for another while. */
  get(path: string, user: IndexUser): RepositoryIndex | undefined {
    this.#purge();
    const entry = this.#entries.get(path);
    const isFresh = entry !== undefined && entry.expiresAt > this.#clock.monotonic();
    this.#options.onEvent?.(isFresh ? 'cache_hit' : 'cache_miss', user);
    if (!isFresh) return undefined;
    entry.expiresAt = this.#expiry();
    return entry.index;
  }

  /** Keeps an index, where there is room. */
  add(path: string, index: RepositoryIndex): void {
    this.#purge();
    if (this.#entries.size >= this.#options.maxSize && !this.#entries.has(path)) return;
    this.#entries.set(path, { index, expiresAt: this.#expiry() });
  }

  #expiry(): number {
    return this.#clock.monotonic() + this.#options.ttlMs;
  }

  #purge(): void {
    const now = this.#clock.monotonic();
    if (now - this.#purgedAt < this.#options.purgeIntervalMs) return;
    this.#purgedAt = now;
    for (const [path, { expiresAt }] of this.#entries) if (expiresAt <= now) this.#entries.delete(path);
  }
}
