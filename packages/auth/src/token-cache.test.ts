import { describe, expect, it } from 'vitest';
import { type Expiring, type InvolvedObject, TokenCache } from './token-cache.ts';

const HOUR = 3_600_000;

function fixture(options: { maxSize?: number; maxDurationMs?: number } = {}): {
  readonly cache: TokenCache;
  readonly events: string[];
  readonly fetch: (lifeMs: number) => () => Promise<Expiring & { readonly nth: number }>;
  readonly pass: (ms: number) => void;
} {
  let now = 1_000_000;
  let fetched = 0;
  const events: string[] = [];
  const clock = { now: () => now, monotonic: () => now, setTimeout: () => () => {} };
  const observer = {
    event: (type: string, involved: InvolvedObject | undefined) =>
      events.push(`${type} ${involved?.name ?? '-'}`),
    request: (status: string) => events.push(status),
    evicted: () => events.push('evicted'),
  };
  return {
    cache: new TokenCache({ ...options, clock, observer }),
    events,
    fetch: (lifeMs) => async () => ({ expiresAtMs: now + lifeMs, nth: ++fetched }),
    pass: (ms) => void (now += ms),
  };
}

describe('TokenCache', () => {
  it('keeps a token for four fifths of its life', async () => {
    const { cache, fetch, pass } = fixture();
    const get = async (): Promise<number> => (await cache.get('a', fetch(600_000))).nth;
    expect([await get(), await get()]).toEqual([1, 1]);
    pass(479_999);
    expect(await get()).toBe(1);
    pass(1);
    expect(await get()).toBe(2);
  });

  it('keeps none longer than it is told to, and never longer than an hour', async () => {
    const short = fixture({ maxDurationMs: 1000 });
    await short.cache.get('a', short.fetch(HOUR));
    short.pass(1000);
    expect((await short.cache.get('a', short.fetch(HOUR))).nth).toBe(2);
    const long = fixture({ maxDurationMs: 24 * HOUR });
    await long.cache.get('a', long.fetch(24 * HOUR));
    long.pass(HOUR);
    expect((await long.cache.get('a', long.fetch(HOUR))).nth).toBe(2);
  });

  it('asks once for many that ask at the same time', async () => {
    const { cache, fetch } = fixture();
    const all = await Promise.all([1, 2, 3].map(() => cache.get('a', fetch(HOUR))));
    expect(all.map(({ nth }) => nth)).toEqual([1, 1, 1]);
  });

  it('asks again for the others where whoever asks for all is ended', async () => {
    const { cache, fetch } = fixture();
    const late = new AbortController();
    const slow = () =>
      new Promise<never>((_, reject) =>
        late.signal.addEventListener('abort', () => reject(late.signal.reason as Error)),
      );
    const ended = cache.get('a', slow, { signal: late.signal });
    const other = cache.get('a', fetch(HOUR), { signal: new AbortController().signal });
    late.abort(new Error('it took too long'));
    await expect(ended).rejects.toThrow('it took too long');
    expect((await other).nth).toBe(1);
  });

  it('lets the least recently used go', async () => {
    const { cache, fetch, events } = fixture({ maxSize: 2 });
    for (const key of ['a', 'b', 'a', 'c', 'b']) await cache.get(key, fetch(HOUR));
    expect(cache.size).toBe(2);
    expect(events.filter((event) => event === 'evicted')).toHaveLength(2);
  });

  it('keeps nothing of a failure', async () => {
    const { cache, fetch, events } = fixture();
    const involved = { kind: 'Bucket', namespace: 'apps', name: 'web', operation: 'reconcile' };
    const failing = async (): Promise<Expiring> => Promise.reject(new Error('refused'));
    await expect(cache.get('a', failing, { involved })).rejects.toThrow('refused');
    await cache.get('a', fetch(HOUR), { involved });
    await cache.get('a', fetch(HOUR), { involved });
    expect(events).toEqual(['cache_miss web', 'failure', 'cache_miss web', 'success', 'cache_hit web']);
  });
});
