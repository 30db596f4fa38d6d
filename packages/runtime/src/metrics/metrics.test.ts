import { describe, expect, it } from 'vitest';

import { controller } from '../controller/builder.ts';
import { FakeClock } from '../fake-clock.ts';
import { Manager } from '../manager/manager.ts';
import { kindOf } from '../resource-kind.ts';
import { WorkQueue } from '../queue/work-queue.ts';
import { MemoryCluster } from '../testing/memory-cluster.ts';
import { WatchCache } from '../watch/watch-cache.ts';
import { cacheMetrics } from './cache-metrics.ts';
import { clientMetrics } from './client-metrics.ts';
import { controllerMetrics } from './controller-metrics.ts';
import { exponentialBuckets, MetricsRegistry } from './metrics-registry.ts';
import { queueMetrics } from './queue-metrics.ts';

async function loaded(): Promise<MetricsRegistry> {
  const registry = new MetricsRegistry();
  await registry.load();
  return registry;
}

/** The lines of some metrics, without buckets and comments. */
async function linesOf(registry: MetricsRegistry, pattern: RegExp): Promise<string[]> {
  const text = await registry.text();
  return text
    .split('\n')
    .filter((line) => pattern.test(line) && !line.startsWith('#') && !line.includes('_bucket{'));
}

describe('MetricsRegistry', () => {
  it('costs nothing before it is loaded, and counts from then on', async () => {
    const registry = new MetricsRegistry();
    const counter = registry.counter({ name: 'things_total', help: 'Things.', labels: ['kind'] });
    const gauge = registry.gauge({ name: 'level', help: 'Level.' });
    counter.add({ kind: 'a' });
    expect(await registry.text()).toBe('');
    await Promise.all([registry.load(), registry.load()]);
    counter.add({ kind: 'a' });
    counter.add({ kind: 'b' }, 2.5);
    gauge.set(3);
    gauge.add(-1);
    expect(await linesOf(registry, /^(things|level)/)).toEqual([
      'things_total{kind="a"} 1',
      'things_total{kind="b"} 2.5',
      'level 2',
    ]);
  });

  it('takes metrics that are defined later, and forgets label values', async () => {
    const registry = await loaded();
    const gauge = registry.gauge({ name: 'late', help: 'Late.', labels: ['name'] });
    const histogram = registry.histogram({
      name: 'spread',
      help: 'Spread.',
      labels: ['name'],
      buckets: [1, 2],
    });
    gauge.set(1, { name: 'a' });
    histogram.observe(1.5, { name: 'a' });
    expect(await linesOf(registry, /^(late|spread)/)).toEqual([
      'late{name="a"} 1',
      'spread_sum{name="a"} 1.5',
      'spread_count{name="a"} 1',
    ]);
    gauge.remove({ name: 'a' });
    histogram.remove({ name: 'a' });
    expect(await linesOf(registry, /^(late|spread)/)).toEqual([]);
  });

  it('asks for values when it is read', async () => {
    const registry = await loaded();
    let size = 1;
    registry.gauge({ name: 'size', help: 'Size.', labels: ['of'] }, (set) =>
      set(size, { of: `thing-${size}` }),
    );
    expect(await linesOf(registry, /^size/)).toEqual(['size{of="thing-1"} 1']);
    size = 2;
    expect(await linesOf(registry, /^size/)).toEqual(['size{of="thing-2"} 2']);
  });

  it('tells of the process and its event loop', async () => {
    const text = await (await loaded()).text();
    expect(text).toContain('process_resident_memory_bytes');
    expect(text).toContain('nodejs_eventloop_lag_seconds');
  });

  it('keeps registries apart', async () => {
    const [one, two] = [await loaded(), await loaded()];
    one.counter({ name: 'mine_total', help: 'Mine.' }).add();
    expect(await linesOf(two, /^mine/)).toEqual([]);
  });
});

describe('exponentialBuckets', () => {
  it('grows by one factor from the first bound to the last', () => {
    const buckets = exponentialBuckets(0.01, 1800, 10);
    expect(buckets).toHaveLength(10);
    expect(buckets[0]).toBe(0.01);
    expect(buckets[9]).toBeCloseTo(1800);
    expect((buckets[2] ?? 0) / (buckets[1] ?? 1)).toBeCloseTo((buckets[8] ?? 0) / (buckets[7] ?? 1));
  });
});

describe('2.10 controllerMetrics', () => {
  it('counts runs by controller and result', async () => {
    const registry = await loaded();
    const observer = controllerMetrics(registry).observe({
      name: 'site',
      kind: 'Site',
      concurrency: () => 4,
      activeRuns: () => 2,
    });
    const run = { seconds: 0.5, timedOut: false, panicked: false, name: 'shop', namespace: 'web' };
    for (const outcome of ['success', 'error', 'terminal_error', 'requeue', 'requeue_after'] as const)
      observer.finished({ ...run, outcome });
    observer.finished({ ...run, outcome: 'error', timedOut: true, panicked: true, namespace: undefined });
    const lines = await linesOf(registry, /^(controller_runtime|gotk)/);
    expect(lines).toEqual(
      expect.arrayContaining([
        'controller_runtime_reconcile_total{controller="site",result="success"} 1',
        'controller_runtime_reconcile_total{controller="site",result="error"} 3',
        'controller_runtime_reconcile_total{controller="site",result="requeue"} 1',
        'controller_runtime_reconcile_total{controller="site",result="requeue_after"} 1',
        'controller_runtime_reconcile_errors_total{controller="site"} 3',
        'controller_runtime_terminal_reconcile_errors_total{controller="site"} 1',
        'controller_runtime_reconcile_timeouts_total{controller="site"} 1',
        'controller_runtime_reconcile_panics_total{controller="site"} 1',
        'controller_runtime_reconcile_time_seconds_count{controller="site"} 6',
        'controller_runtime_max_concurrent_reconciles{controller="site"} 4',
        'controller_runtime_active_workers{controller="site"} 2',
        'gotk_reconcile_duration_seconds_count{kind="Site",name="shop",namespace="web"} 5',
      ]),
    );
    observer.forgotten({ name: 'shop', namespace: 'web' });
    expect(await linesOf(registry, /gotk.*shop.*web/)).toEqual([]);
  });
});

describe('2.10 queueMetrics', () => {
  it('tells of depth, waits, work and retries', async () => {
    const registry = await loaded();
    const clock = new FakeClock();
    const queue: WorkQueue<string> = new WorkQueue<string>({
      clock,
      observer: queueMetrics(registry, clock).observe({ name: 'site', lengths: () => queue.lengths }),
    });
    queue.add('a');
    queue.add('b');
    await clock.advance(2000);
    await queue.get();
    await clock.advance(3000);
    expect(await linesOf(registry, /^workqueue_(depth|unfinished|longest)/)).toEqual([
      'workqueue_depth{name="site",controller="site",priority="0"} 1',
      'workqueue_unfinished_work_seconds{name="site",controller="site"} 3',
      'workqueue_longest_running_processor_seconds{name="site",controller="site"} 3',
    ]);
    queue.add('late', { priority: -100 });
    expect(await linesOf(registry, /^workqueue_depth/)).toEqual([
      'workqueue_depth{name="site",controller="site",priority="0"} 1',
      'workqueue_depth{name="site",controller="site",priority="-100"} 1',
    ]);
    queue.done('a');
    queue.addRateLimited('a');
    expect(await linesOf(registry, /^workqueue_(adds|retries|queue|work)_/)).toEqual([
      'workqueue_adds_total{name="site",controller="site"} 3',
      'workqueue_retries_total{name="site",controller="site"} 1',
      'workqueue_queue_duration_seconds_sum{name="site",controller="site"} 2',
      'workqueue_queue_duration_seconds_count{name="site",controller="site"} 1',
      'workqueue_work_duration_seconds_sum{name="site",controller="site"} 3',
      'workqueue_work_duration_seconds_count{name="site",controller="site"} 1',
    ]);
  });
});

describe('2.10 cacheMetrics', () => {
  it('tells how big, how complete and how old caches are', async () => {
    const registry = await loaded();
    const clock = new FakeClock();
    const cluster = new MemoryCluster();
    cluster.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'a', name: 'b' } });
    const cache = new WatchCache({ source: cluster, clock });
    cacheMetrics(registry, cache, clock);
    cache.watch(kindOf('v1', 'ConfigMap'), { metadataOnly: true });
    expect(await linesOf(registry, /^informer_(synced|last)/)).toEqual([
      'informer_synced{group="",kind="ConfigMap",selection="metadata"} 0',
    ]);
    cache.start();
    await clock.advance(5000);
    const [object] = cache.list(kindOf('v1', 'ConfigMap'));
    const textBytes = JSON.stringify(object).length;
    expect(textBytes).toBeGreaterThan(50);
    expect(await linesOf(registry, /^informer_/)).toEqual([
      'informer_objects{group="",kind="ConfigMap",selection="metadata"} 1',
      `informer_object_bytes{group="",kind="ConfigMap",selection="metadata"} ${textBytes}`,
      'informer_synced{group="",kind="ConfigMap",selection="metadata"} 1',
      'informer_pending_changes{group="",kind="ConfigMap",selection="metadata"} 0',
      'informer_relists{group="",kind="ConfigMap",selection="metadata"} 0',
      'informer_watch_restarts{group="",kind="ConfigMap",selection="metadata"} 0',
      'informer_last_event_age_seconds{group="",kind="ConfigMap",selection="metadata"} 5',
    ]);
    await cache[Symbol.asyncDispose]();
  });
});

describe('2.10 clientMetrics', () => {
  it('counts requests by what they came to', async () => {
    const registry = await loaded();
    const onResponse = clientMetrics(registry);
    const request = { method: 'GET', path: '/api', host: 'kube:6443' };
    onResponse({ ...request, status: 200, durationMs: 20, waitedMs: 0, attempt: 0 });
    onResponse({ ...request, status: 0, durationMs: 5000, waitedMs: 2000, attempt: 1 });
    expect(await linesOf(registry, /^rest_client_requests_total/)).toEqual([
      'rest_client_requests_total{code="200",method="GET",host="kube:6443"} 1',
      'rest_client_requests_total{code="<error>",method="GET",host="kube:6443"} 1',
    ]);
    expect(
      await linesOf(registry, /^rest_client_(request_retries|rate_limiter_duration_seconds_sum)/),
    ).toEqual([
      'rest_client_request_retries_total{code="<error>",verb="GET",host="kube:6443"} 1',
      'rest_client_rate_limiter_duration_seconds_sum{verb="GET",host="kube:6443"} 2',
    ]);
  });
});

describe('2.10 the metrics of a manager and its client', () => {
  it('have the names that dashboards know', async () => {
    const registry = new MetricsRegistry();
    const { client } = new MemoryCluster();
    clientMetrics(registry);
    new Manager({
      name: 'site-controller',
      client,
      metricsRegistry: registry,
      controllers: [controller(kindOf('v1', 'ConfigMap'), async () => {})],
      leaderElection: { namespace: 'apps' },
    });
    await registry.load();
    const names = (await registry.text()).matchAll(/^# TYPE (\S+) (\S+)$/gm);
    expect([...names].map(([, name, type]) => `${name} ${type}`)).toEqual(
      expect.arrayContaining([
        'controller_runtime_reconcile_total counter',
        'controller_runtime_reconcile_errors_total counter',
        'controller_runtime_terminal_reconcile_errors_total counter',
        'controller_runtime_reconcile_panics_total counter',
        'controller_runtime_reconcile_timeouts_total counter',
        'controller_runtime_reconcile_time_seconds histogram',
        'controller_runtime_max_concurrent_reconciles gauge',
        'controller_runtime_active_workers gauge',
        'workqueue_depth gauge',
        'workqueue_adds_total counter',
        'workqueue_queue_duration_seconds histogram',
        'workqueue_work_duration_seconds histogram',
        'workqueue_unfinished_work_seconds gauge',
        'workqueue_longest_running_processor_seconds gauge',
        'workqueue_retries_total counter',
        'rest_client_requests_total counter',
        'rest_client_request_duration_seconds histogram',
        'rest_client_request_retries_total counter',
        'rest_client_rate_limiter_duration_seconds histogram',
        'leader_election_master_status gauge',
        'leader_election_slowpath_total counter',
        'gotk_reconcile_duration_seconds histogram',
        'nodejs_eventloop_lag_seconds gauge',
        'informer_objects gauge',
        'informer_relists gauge',
        'informer_watch_restarts gauge',
        'informer_last_event_age_seconds gauge',
      ]),
    );
  });
});
