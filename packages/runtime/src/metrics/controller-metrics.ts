import type { ControllerObserver, RunOutcome } from '../controller/controller-observer.ts';
import { exponentialBuckets, type MetricsRegistry } from './metrics-registry.ts';
import { sumsByName } from './sums-by-name.ts';

/** The metrics of controllers, by the names that dashboards of the field know. */
export interface ControllerMetrics {
  /**
   * The observer of one controller, until it is disposed. Those of the same name, on several clusters, are counted
   * together.
   */
  observe(controller: ObservedController): ControllerObserver & Disposable;
}

/** A controller, to its metrics. */
export interface ObservedController {
  readonly name: string;
  readonly kind: string;
  readonly concurrency: () => number;
  /** Asked when the metrics are read. */
  readonly activeRuns: () => number;
  /** Whether the runs of each object are counted on their own. @default true */
  readonly perObject?: boolean;
}

const timeBuckets = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5,
  1.75, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60,
];

/** How the metrics call an outcome; terminal failures are errors, and counted once more on their own. */
const resultLabels: Readonly<Record<RunOutcome, string>> = {
  success: 'success',
  error: 'error',
  terminal_error: 'error',
  requeue: 'requeue',
  requeue_after: 'requeue_after',
};

/** Defines the metrics of controllers. Once a registry. */
export function controllerMetrics(registry: MetricsRegistry): ControllerMetrics {
  const labels = ['controller'];
  const observed = new Set<ObservedController>();
  const gauge = (name: string, help: string, valueOf: (controller: ObservedController) => number): void => {
    registry.gauge({ name: `${prefix}_${name}`, help, labels }, (set) => {
      for (const [controller, sum] of sumsByName(observed, valueOf)) set(sum, { controller });
    });
  };
  const prefix = 'controller_runtime';
  const total = registry.counter({
    name: `${prefix}_reconcile_total`,
    help: 'Runs, by controller and result.',
    labels: ['controller', 'result'],
  });
  const errors = registry.counter({
    name: `${prefix}_reconcile_errors_total`,
    help: 'Runs that failed.',
    labels,
  });
  const terminal = registry.counter({
    name: `${prefix}_terminal_reconcile_errors_total`,
    help: 'Runs that failed and are not tried again.',
    labels,
  });
  const timeouts = registry.counter({
    name: `${prefix}_reconcile_timeouts_total`,
    help: 'Runs that took too long.',
    labels,
  });
  const panics = registry.counter({
    name: `${prefix}_reconcile_panics_total`,
    help: 'Runs that failed for a mistake in the program.',
    labels,
  });
  const seconds = registry.histogram({
    name: `${prefix}_reconcile_time_seconds`,
    help: 'How long runs take.',
    labels,
    buckets: timeBuckets,
  });
  gauge('max_concurrent_reconciles', 'Runs that may go on at a time.', ({ concurrency }) => concurrency());
  gauge('active_workers', 'Runs that go on.', ({ activeRuns }) => activeRuns());
  const perObject = registry.histogram({
    name: 'gotk_reconcile_duration_seconds',
    help: 'How long runs of an object take.',
    labels: ['kind', 'name', 'namespace'],
    buckets: exponentialBuckets(0.01, 1800, 10),
  });

  return {
    observe(observable) {
      const { name, kind, perObject: isPerObject = true } = observable;
      const controller = { controller: name };
      observed.add(observable);
      return {
        started() {},
        finished(run) {
          total.add({ ...controller, result: resultLabels[run.outcome] });
          if (resultLabels[run.outcome] === 'error') errors.add(controller);
          if (run.outcome === 'terminal_error') terminal.add(controller);
          if (run.timedOut) timeouts.add(controller);
          if (run.panicked) panics.add(controller);
          seconds.observe(run.seconds, controller);
          if (isPerObject)
            perObject.observe(run.seconds, { kind, name: run.name, namespace: run.namespace ?? '' });
        },
        forgotten(key) {
          if (isPerObject) perObject.remove({ kind, name: key.name, namespace: key.namespace ?? '' });
        },
        [Symbol.dispose]() {
          observed.delete(observable);
        },
      };
    },
  };
}
