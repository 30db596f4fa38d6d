import { type Clock, systemClock } from '@gitops-toolkit/core';

import type { QueueObserver } from '../queue/queue-observer.ts';
import type { WorkQueue } from '../queue/work-queue.ts';
import type { MetricsRegistry } from './metrics-registry.ts';
import { sumsByName } from './sums-by-name.ts';

/** The metrics of work queues, by the names that dashboards of the field know. */
export interface QueueMetrics {
  /**
   * The observer of one queue, until it is disposed. `lengths` is asked when the metrics are read. Queues of the same
   * name, on several clusters, are counted together.
   */
  observe(queue: ObservedQueue): QueueObserver<string> & Disposable;
}

/** A queue, to its metrics. */
export interface ObservedQueue {
  readonly name: string;
  readonly lengths: () => WorkQueue<string>['lengths'];
}

const timeBuckets = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10, 100, 1000];

/** Defines the metrics of work queues. Once a registry. */
export function queueMetrics(registry: MetricsRegistry, clock: Clock = systemClock): QueueMetrics {
  const labels = ['name', 'controller'];
  const queues = new Set<ObservedQueue & { readonly started: Map<string, number> }>();
  const namesOf = (name: string): { name: string; controller: string } => ({ name, controller: name });
  const secondsSince = (time: number): number => (clock.monotonic() - time) / 1000;

  const adds = registry.counter({ name: 'workqueue_adds_total', help: 'Keys that were added.', labels });
  const retries = registry.counter({
    name: 'workqueue_retries_total',
    help: 'Keys put off after a failure.',
    labels,
  });
  const waited = registry.histogram({
    name: 'workqueue_queue_duration_seconds',
    help: 'How long keys are ready before work on them begins.',
    labels,
    buckets: timeBuckets,
  });
  const worked = registry.histogram({
    name: 'workqueue_work_duration_seconds',
    help: 'How long work on a key takes.',
    labels,
    buckets: timeBuckets,
  });
  registry.gauge(
    { name: 'workqueue_depth', help: 'Keys that are ready.', labels: [...labels, 'priority'] },
    (set) => {
      for (const [name, depths] of depthsByName(queues))
        for (const [priority, size] of depths) set(size, { ...namesOf(name), priority: String(priority) });
    },
  );
  registry.gauge(
    {
      name: 'workqueue_unfinished_work_seconds',
      help: 'How long the work under way has taken in all.',
      labels,
    },
    (set) => {
      const unfinished = sumsByName(queues, ({ started }) =>
        [...started.values()].reduce((sum, time) => sum + secondsSince(time), 0),
      );
      for (const [name, seconds] of unfinished) set(seconds, namesOf(name));
    },
  );
  registry.gauge(
    {
      name: 'workqueue_longest_running_processor_seconds',
      help: 'How long the longest work under way has taken.',
      labels,
    },
    (set) => {
      const longest = new Map<string, number>();
      for (const { name, started } of queues) {
        const times = [...started.values()].map(secondsSince);
        longest.set(name, Math.max(longest.get(name) ?? 0, ...times));
      }
      for (const [name, seconds] of longest) set(seconds, namesOf(name));
    },
  );

  return {
    observe({ name, lengths }) {
      const names = namesOf(name);
      const added = new Map<string, number>();
      const started = new Map<string, number>();
      const queue = { name, lengths, started };
      queues.add(queue);
      return {
        added(key) {
          adds.add(names);
          if (!added.has(key)) added.set(key, clock.monotonic());
        },
        started(key) {
          const time = added.get(key);
          if (time !== undefined) waited.observe(secondsSince(time), names);
          added.delete(key);
          started.set(key, clock.monotonic());
        },
        finished(key) {
          const time = started.get(key);
          if (time !== undefined) worked.observe(secondsSince(time), names);
          started.delete(key);
        },
        retried: () => retries.add(names),
        [Symbol.dispose]() {
          queues.delete(queue);
        },
      };
    },
  };
}

/** How many keys of each priority are ready in the queues of each name; 0 of the usual priority where there are none. */
function depthsByName(queues: Iterable<ObservedQueue>): Map<string, Map<number, number>> {
  const byName = new Map<string, Map<number, number>>();
  for (const { name, lengths } of queues) {
    const depths = byName.get(name) ?? new Map([[0, 0]]);
    byName.set(name, depths);
    for (const { priority, size } of lengths()) depths.set(priority, (depths.get(priority) ?? 0) + size);
  }
  return byName;
}
