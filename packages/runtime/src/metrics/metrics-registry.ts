import type * as Prometheus from 'prom-client';

/** What a metric is. */
export interface MetricOptions {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

/** Values of labels. */
export type Labels = Readonly<Record<string, string>>;

/** Counts up. */
export interface Counter {
  add(labels?: Labels, amount?: number): void;
  remove(labels: Labels): void;
}

/** Goes up and down. */
export interface Gauge {
  set(value: number, labels?: Labels): void;
  add(amount: number, labels?: Labels): void;
  remove(labels: Labels): void;
}

/** Sorts observations into buckets. */
export interface Histogram {
  observe(value: number, labels?: Labels): void;
  remove(labels: Labels): void;
}

/** Sets the values of a gauge at the moment it is read. */
export type Collect = (set: (value: number, labels?: Labels) => void) => void;

/**
 * The metrics of a program, in Prometheus' format.
 *
 * `prom-client` is loaded by {@link MetricsRegistry.load}, so that programs that serve no metrics
 * do not pay for it; what is recorded before is not counted. A manager loads it before it starts
 * anything else.
 *
 * @example
 * ```ts
 * import { MetricsRegistry } from '@gitops-toolkit/runtime';
 * const metrics = new MetricsRegistry();
 * const builds = metrics.counter({ name: 'builds_total', help: 'Builds.', labels: ['result'] });
 * await metrics.load();
 * builds.add({ result: 'ok' });
 * console.log((await metrics.text()).includes('builds_total{result="ok"} 1')); // true
 * ```
 */
export class MetricsRegistry {
  readonly contentType: string = 'text/plain; version=0.0.4; charset=utf-8';
  readonly #definitions: ((prometheus: typeof Prometheus, registry: Prometheus.Registry) => void)[] = [];
  #loaded: { readonly prometheus: typeof Prometheus; readonly registry: Prometheus.Registry } | undefined;
  #loading: Promise<void> | undefined;

  /** Makes a metric that only grows. */
  counter(options: MetricOptions): Counter {
    let metric: Prometheus.Counter | undefined;
    this.#define((prometheus, registry) => {
      metric = new prometheus.Counter({ ...definition(options), registers: [registry] });
    });
    return {
      add: (labels = {}, amount = 1) => metric?.inc(labels, amount),
      remove: (labels) => metric?.remove(labels),
    };
  }

  /** Makes a metric that is set, or that `collect` sets whenever the metrics are read. */
  gauge(options: MetricOptions, collect?: Collect): Gauge {
    let metric: Prometheus.Gauge | undefined;
    const set = (value: number, labels: Labels = {}): void => metric?.set(labels, value);
    this.#define((prometheus, registry) => {
      const collector = collect && {
        collect(this: Prometheus.Gauge) {
          this.reset();
          collect(set);
        },
      };
      metric = new prometheus.Gauge({ ...definition(options), registers: [registry], ...collector });
    });
    return {
      set,
      add: (amount, labels = {}) => metric?.inc(labels, amount),
      remove: (labels) => metric?.remove(labels),
    };
  }

  /** Makes a metric of a distribution. `buckets` are upper bounds. */
  histogram(options: MetricOptions & { readonly buckets: readonly number[] }): Histogram {
    let metric: Prometheus.Histogram | undefined;
    this.#define((prometheus, registry) => {
      metric = new prometheus.Histogram({
        ...definition(options),
        buckets: [...options.buckets],
        registers: [registry],
      });
    });
    return {
      observe: (value, labels = {}) => metric?.observe(labels, value),
      remove: (labels) => metric?.remove(labels),
    };
  }

  /** Begins to count. */
  load(): Promise<void> {
    return (this.#loading ??= this.#load());
  }

  /** Everything, in Prometheus' text format; empty before {@link MetricsRegistry.load}. */
  async text(): Promise<string> {
    return this.#loaded ? await this.#loaded.registry.metrics() : '';
  }

  #define(define: (prometheus: typeof Prometheus, registry: Prometheus.Registry) => void): void {
    if (this.#loaded) define(this.#loaded.prometheus, this.#loaded.registry);
    else this.#definitions.push(define);
  }

  async #load(): Promise<void> {
    const { default: prometheus } = (await import('prom-client')) as unknown as {
      default: typeof Prometheus;
    };
    const registry = new prometheus.Registry();
    // The process itself, with the event loop's lag as `nodejs_eventloop_lag_seconds`.
    prometheus.collectDefaultMetrics({ register: registry });
    this.#loaded = { prometheus, registry };
    for (const define of this.#definitions.splice(0)) define(prometheus, registry);
  }
}

function definition({ name, help, labels = [] }: MetricOptions): {
  name: string;
  help: string;
  labelNames: string[];
} {
  return { name, help, labelNames: [...labels] };
}

/** Buckets whose bounds grow by the same factor from the first to the last. */
export function exponentialBuckets(first: number, lastBound: number, count: number): number[] {
  const factor = (lastBound / first) ** (1 / (count - 1));
  return Array.from({ length: count }, (_, index) => first * factor ** index);
}
