import type { Clock } from '@gitops-toolkit/core';

import type { RunOutcome } from '../controller/controller-observer.ts';
import type { Counter, Labels, MetricsRegistry } from '../metrics/metrics-registry.ts';
import { type RunMetrics, runMetrics } from '../metrics/run-metrics.ts';
import type { ClusterState } from './cluster.ts';

/** What is read off an engaged cluster when the metrics are asked for. */
export interface ClusterSample {
  readonly name: string;
  readonly isSynced: boolean;
  readonly objects: number;
  /** Keys that are ready, in all its queues. */
  readonly depth: number;
}

/** Where the metrics of clusters come from. */
export interface FleetMetricsOptions {
  readonly registry: MetricsRegistry;
  readonly clock: Clock;
  /** So many clusters have a label of their own at a time. */
  readonly maxLabels: number;
  readonly samples: () => readonly ClusterSample[];
  readonly states: () => readonly ClusterState[];
}

const allStates: readonly ClusterState[] = ['failing', 'invalid', 'running', 'starting', 'stopping'];
/** What clusters beyond the limit are called together. */
const other = 'other';

/**
 * The metrics of clusters. Runs and queues are counted under the usual names, for all clusters together; what is told
 * of each cluster has the label `cluster`, is little, and is forgotten with it.
 */
export class FleetMetrics {
  readonly #options: FleetMetricsOptions;
  readonly #shared: RunMetrics;
  readonly #runs: Counter;
  readonly #labelled = new Set<string>();

  constructor(options: FleetMetricsOptions) {
    const { registry, clock, states } = options;
    this.#options = options;
    this.#shared = runMetrics(registry, clock);
    this.#runs = registry.counter({
      name: 'gotk_cluster_reconcile_total',
      help: 'Runs, by cluster, controller and result.',
      labels: ['cluster', 'controller', 'result'],
    });
    registry.gauge({ name: 'gotk_clusters', help: 'Clusters, by state.', labels: ['state'] }, (set) => {
      const present = states();
      for (const state of allStates) set(present.filter((each) => each === state).length, { state });
    });
    const add = (a: number, b: number): number => a + b;
    this.#perCluster('objects', 'Objects in the caches.', ({ objects }) => objects, add);
    this.#perCluster('queue_depth', 'Keys that are ready.', ({ depth }) => depth, add);
    this.#perCluster(
      'synced',
      'Whether the caches are complete.',
      ({ isSynced }) => Number(isSynced),
      Math.min,
    );
  }

  /** Where the controllers of a cluster are counted, until it is disposed. */
  forCluster(name: string): RunMetrics & Disposable {
    if (this.#labelled.size < this.#options.maxLabels) this.#labelled.add(name);
    const cluster = this.#labelOf(name);
    const observers: Disposable[] = [];
    const kept = <T extends Disposable>(observer: T): T => {
      observers.push(observer);
      return observer;
    };
    const seen = new Map<string, Labels>();
    const count = (controller: string, result: RunOutcome): void => {
      const labels = { cluster, controller, result };
      seen.set(`${controller}/${result}`, labels);
      this.#runs.add(labels);
    };
    return {
      runs: {
        observe: (controller) => {
          // A fleet has too many objects for metrics of each.
          const shared = kept(this.#shared.runs.observe({ ...controller, perObject: false }));
          return {
            ...shared,
            finished(run) {
              count(controller.name, run.outcome);
              shared.finished(run);
            },
          };
        },
      },
      queues: { observe: (queue) => kept(this.#shared.queues.observe(queue)) },
      [Symbol.dispose]: () => {
        for (const observer of observers) observer[Symbol.dispose]();
        if (!this.#labelled.delete(name)) return;
        for (const labels of seen.values()) this.#runs.remove(labels);
      },
    };
  }

  #labelOf(name: string): string {
    return this.#labelled.has(name) ? name : other;
  }

  #perCluster(
    name: string,
    help: string,
    valueOf: (sample: ClusterSample) => number,
    combine: (a: number, b: number) => number,
  ): void {
    const { registry, samples } = this.#options;
    registry.gauge({ name: `gotk_cluster_${name}`, help, labels: ['cluster'] }, (set) => {
      const values = new Map<string, number>();
      for (const sample of samples()) {
        const label = this.#labelOf(sample.name);
        const [before, value] = [values.get(label), valueOf(sample)];
        values.set(label, before === undefined ? value : combine(before, value));
      }
      for (const [cluster, value] of values) set(value, { cluster });
    });
  }
}
