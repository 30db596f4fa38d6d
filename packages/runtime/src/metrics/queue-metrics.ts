import { type Clock, systemClock } from '@gitops-toolkit/core';

import type { QueueObserver } from '../queue/queue-observer.ts';
import type { WorkQueue } from '../queue/work-queue.ts';
import type { MetricsRegistry } from './metrics-registry.ts';

/** The metrics of work queues, by the names that dashboards of the field know. */
export interface QueueMetrics {
  /** The observer of one queue. `lengths` is asked when the metrics are read. */
  observe(queue: ObservedQueue): QueueObserver<string>;
}

interface ObservedQueue {
  readonly name: string;
  readonly lengths: () => WorkQueue<string>['lengths'];
}

const timeBuckets = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10, 100, 1000];

/** Defines the metrics of work queues. Once a registry. */
export function queueMetrics(registry: MetricsRegistry, clock: Clock = systemClock): QueueMetrics {
  const labels = ['name', 'controller'];
  const queues: (ObservedQueue & { readonly started: Map<string, number> })[] = [];
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
      for (const { name, lengths } of queues) {
        set(0, { ...namesOf(name), priority: '0' });
        for (const { priority, size } of lengths())
          set(size, { ...namesOf(name), priority: String(priority) });
      }
    },
  );
  registry.gauge(
    {
      name: 'workqueue_unfinished_work_seconds',
      help: 'How long the work under way has taken in all.',
      labels,
    },
    (set) => {
      for (const { name, started } of queues) {
        let sum = 0;
        for (const time of started.values()) sum += secondsSince(time);
        set(sum, namesOf(name));
      }
    },
  );
  registry.gauge(
    {
      name: 'workqueue_longest_running_processor_seconds',
      help: 'How long the longest work under way has taken.',
      labels,
    },
    (set) => {
      for (const { name, started } of queues) {
        let longest = 0;
        for (const time of started.values()) longest = Math.max(longest, secondsSince(time));
        set(longest, namesOf(name));
      }
    },
  );

  return {
    observe({ name, lengths }) {
      const names = namesOf(name);
      const added = new Map<string, number>();
      const started = new Map<string, number>();
      queues.push({ name, lengths, started });
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
      };
    },
  };
}
