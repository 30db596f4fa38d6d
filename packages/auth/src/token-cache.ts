import { type Clock, SingleFlight, systemClock } from '@gitops-toolkit/core';

/** Anything that is good for a while. */
export interface Expiring {
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number;
}

/** For whom a token is asked: the labels of the metrics. */
export interface InvolvedObject {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  /** What it is asked for: `reconcile`, `decrypt_with_aws`. */
  readonly operation: string;
}

/** Told of what a cache does; `gotk_token_cache_*` are made of it. */
export interface TokenCacheObserver {
  event(type: 'cache_hit' | 'cache_miss', involved: InvolvedObject | undefined): void;
  request(status: 'success' | 'failure'): void;
  evicted(): void;
}

/** How many tokens are kept, and for how long. */
export interface TokenCacheOptions {
  /** The least recently used goes. @default 100 */
  readonly maxSize?: number;
  /** In milliseconds, whatever a token says; an hour at most. @default 3 600 000 */
  readonly maxDurationMs?: number;
  readonly clock?: Clock;
  readonly observer?: TokenCacheObserver;
}

interface Entry {
  readonly token: Expiring;
  readonly freshUntilMs: number;
}

const MAX_DURATION_MS = 3_600_000;
/** The kubelet renews the tokens of service accounts at the same point of their life. */
const FRESH_PART = 0.8;

/**
 * Keeps tokens for four fifths of their life. Who asks for a token that is being fetched waits for the same answer.
 *
 * @example
 * ```ts
 * import { TokenCache } from '@gitops-toolkit/auth';
 * const cache = new TokenCache();
 * const fetchToken = async () => ({ token: 'abc', expiresAtMs: Date.now() + 3_600_000 });
 * console.log((await cache.get('registry', fetchToken)).token); // abc
 * ```
 */
export class TokenCache {
  readonly #options: TokenCacheOptions;
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();
  readonly #flights = new SingleFlight<Expiring>();

  constructor(options: TokenCacheOptions = {}) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** Tokens that are kept. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * The token under a key; fetched where there is none that is fresh.
   *
   * @param key everything that the token depends on: provider, identity, scopes, region
   * @param options.signal that which `fetch` looks at: who waits for the answer of another is ended by his own alone
   * @throws what `fetch` throws; nothing is kept of it; the reason of the signal
   */
  async get<T extends Expiring>(
    key: string,
    fetch: () => Promise<T>,
    options: {
      readonly involved?: InvolvedObject | undefined;
      readonly signal?: AbortSignal | undefined;
    } = {},
  ): Promise<T> {
    const { observer } = this.#options;
    const kept = this.#fresh(key);
    observer?.event(kept ? 'cache_hit' : 'cache_miss', options.involved);
    if (kept) return kept as T;
    return (await this.#flights.run(key, () => this.#fetch(key, fetch), options.signal)) as T;
  }

  #fresh(key: string): Expiring | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    if (entry.freshUntilMs <= this.#clock.now()) return undefined;
    this.#entries.set(key, entry);
    return entry.token;
  }

  async #fetch(key: string, fetch: () => Promise<Expiring>): Promise<Expiring> {
    const { observer } = this.#options;
    try {
      const token = await fetch();
      observer?.request('success');
      this.#keep(key, token);
      return token;
    } catch (error) {
      observer?.request('failure');
      throw error;
    }
  }

  #keep(key: string, token: Expiring): void {
    const { maxSize = 100, maxDurationMs = MAX_DURATION_MS, observer } = this.#options;
    const now = this.#clock.now();
    const freshMs = Math.min((token.expiresAtMs - now) * FRESH_PART, maxDurationMs, MAX_DURATION_MS);
    if (freshMs <= 0 || maxSize <= 0) return;
    this.#entries.set(key, { token, freshUntilMs: now + freshMs });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size <= maxSize || oldest === undefined) return;
    this.#entries.delete(oldest);
    observer?.evicted();
  }
}
