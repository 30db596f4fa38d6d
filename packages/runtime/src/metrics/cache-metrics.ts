import { type Clock, type KubeObject, systemClock } from '@gitops-toolkit/core';

import type { KindCache } from '../watch/kind-cache.ts';
import type { WatchCache } from '../watch/watch-cache.ts';
import type { Labels, MetricsRegistry } from './metrics-registry.ts';

/** Defines the metrics of a cache; all are read off when they are asked for. Once a registry. */
export function cacheMetrics(registry: MetricsRegistry, cache: WatchCache, clock: Clock = systemClock): void {
  const perKind = (
    name: string,
    help: string,
    valueOf: (kind: KindCache<KubeObject>) => number | undefined,
  ): void => {
    registry.gauge({ name, help, labels: ['group', 'kind', 'selection'] }, (set) => {
      for (const kind of cache.kinds) {
        const value = valueOf(kind);
        if (value !== undefined) set(value, labelsOf(kind));
      }
    });
  };
  perKind('informer_objects', 'Objects in the cache.', (kind) => kind.store.size);
  perKind(
    'informer_object_bytes',
    'Mean JSON text of an object in the cache, from a sample; about what it needs of memory.',
    (kind) => meanTextBytes(kind.store.list()),
  );
  perKind('informer_synced', 'Whether the cache is complete.', (kind) => Number(kind.synced));
  perKind('informer_pending_changes', 'Changes that wait for handlers.', (kind) => kind.pending);
  perKind('informer_relists', 'Whole states that were fetched after the first.', (kind) =>
    sum(kind.reflectors.map((reflector) => reflector.relists)),
  );
  perKind('informer_watch_restarts', 'Watches that were begun after the first.', (kind) =>
    sum(kind.reflectors.map((reflector) => reflector.restarts)),
  );
  perKind(
    'informer_last_event_age_seconds',
    'Since when the server is silent, bookmarks included.',
    (kind) => {
      const times = kind.reflectors.map((reflector) => reflector.lastEventAt ?? Infinity);
      const oldest = Math.min(...times);
      return Number.isFinite(oldest) ? (clock.monotonic() - oldest) / 1000 : undefined;
    },
  );
}

/** As many are written for a mean, whatever the cache holds: reading metrics is to cost nothing. */
const maxSample = 64;

function meanTextBytes(objects: readonly KubeObject[]): number | undefined {
  if (objects.length === 0) return undefined;
  const step = Math.ceil(objects.length / maxSample);
  const sample = objects.filter((_, index) => index % step === 0);
  return sum(sample.map((object) => Buffer.byteLength(JSON.stringify(object)))) / sample.length;
}

function labelsOf({ kind, selection }: KindCache<KubeObject>): Labels {
  const { namespace, labelSelector, fieldSelector, metadataOnly } = selection;
  const parts = [namespace, labelSelector, fieldSelector, metadataOnly ? 'metadata' : undefined];
  return { group: kind.group, kind: kind.kind, selection: parts.filter(Boolean).join(';') };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
