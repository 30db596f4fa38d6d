import type { TokenCache, TokenCacheObserver } from '@gitops-toolkit/auth';
import type { MetricsRegistry } from '@gitops-toolkit/runtime';
import type { ChartIndexCacheOptions } from '../helm-repository/index-cache.ts';

/** Counts what a cache of indexes does: `gotk_cache_events_total`, as in Flux. */
export function indexCacheMetrics(registry: MetricsRegistry): NonNullable<ChartIndexCacheOptions['onEvent']> {
  const events = registry.counter({
    name: 'gotk_cache_events_total',
    help: 'Looks for the index of a Helm repository in memory, by whether it was there.',
    labels: ['event_type', 'name', 'namespace'],
  });
  return (type, { name, namespace }) => events.add({ event_type: type, name, namespace });
}

/** Counts what a cache of tokens does: `gotk_token_cache_*`, as in Flux. */
export function tokenCacheMetrics(
  registry: MetricsRegistry,
  cache: () => Pick<TokenCache, 'size'> | undefined,
): TokenCacheObserver {
  const events = registry.counter({
    name: 'gotk_token_cache_events_total',
    help: 'Looks for a token, by whether it was there.',
    labels: ['event_type', 'kind', 'name', 'namespace', 'operation'],
  });
  const requests = registry.counter({
    name: 'gotk_token_cache_requests_total',
    help: 'Requests of tokens, by how they ended.',
    labels: ['status'],
  });
  const evictions = registry.counter({
    name: 'gotk_token_cache_evictions_total',
    help: 'Tokens that were given up for others.',
  });
  registry.gauge({ name: 'gotk_token_cached_items', help: 'Tokens that are kept.' }, (set) =>
    set(cache()?.size ?? 0),
  );
  return {
    event(type, involved) {
      const { kind = '', name = '', namespace = '', operation = '' } = involved ?? {};
      events.add({ event_type: type, kind, name, namespace, operation });
    },
    request: (status) => requests.add({ status }),
    evicted: () => evictions.add(),
  };
}
