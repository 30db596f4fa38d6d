import type { Clock } from '@gitops-toolkit/core';

import { type ControllerMetrics, controllerMetrics } from './controller-metrics.ts';
import type { MetricsRegistry } from './metrics-registry.ts';
import { type QueueMetrics, queueMetrics } from './queue-metrics.ts';

/** Where controllers and their queues are counted. */
export interface RunMetrics {
  readonly runs: ControllerMetrics;
  readonly queues: QueueMetrics;
}

const defined = new WeakMap<MetricsRegistry, RunMetrics>();

/** The metrics of runs in a registry, the same for all that ask: a name is defined once. */
export function runMetrics(registry: MetricsRegistry, clock: Clock | undefined): RunMetrics {
  const existing = defined.get(registry);
  if (existing) return existing;
  const created = { runs: controllerMetrics(registry), queues: queueMetrics(registry, clock) };
  defined.set(registry, created);
  return created;
}
