import { aborted, type Clock, type Logger, silentLogger, systemClock } from '@gitops-toolkit/core';

import { RuntimeError } from '../errors.ts';
import { LinkedSignal } from '../linked-signal.ts';
import type { Runnable } from '../manager/manager-options.ts';
import { MetricsRegistry } from '../metrics/metrics-registry.ts';
import type { Cluster, ClusterStatus } from './cluster.ts';
import type { ClusterDefinition, ClusterProvider, ClusterTarget, DropOptions } from './cluster-provider.ts';
import { ClusterSlot } from './cluster-slot.ts';
import { EngagedCluster, type EngageOptions } from './engaged-cluster.ts';
import { FleetMetrics } from './fleet-metrics.ts';

/** What a {@link ClusterFleet} is made of. */
export interface ClusterFleetOptions extends Omit<EngageOptions, 'clock' | 'logger'> {
  /** Who knows which clusters there are. */
  readonly providers: readonly ClusterProvider[];
  /** It must not run on two replicas at a time. @default true */
  readonly needsLeader?: boolean;
  /**
   * `/readyz` fails while one of the clusters does not run. Without it, it fails when there are some and none of them
   * runs: one cluster that does not answer takes nothing away from the others. @default false
   */
  readonly readyWithAll?: boolean;
  /** So many clusters have metrics of their own at a time; the others are counted together, as `other`. @default 100 */
  readonly maxMetricLabels?: number;
  readonly metricsRegistry?: MetricsRegistry;
  readonly logger?: Logger;
  readonly clock?: Clock;
}

/**
 * Engages and drops clusters as its providers tell of them, and runs the same controllers for each. It is a runnable
 * of a manager; `clusterManager()` puts both together.
 *
 * Each cluster has connections, caches, queues and workers of its own, so that one that does not answer neither
 * blocks nor slows the others.
 *
 * With `shardedClusters` several replicas share the clusters.
 */
export class ClusterFleet implements Runnable {
  readonly name = 'clusters';
  readonly needsLeader: boolean;
  readonly #options: ClusterFleetOptions;
  readonly #engageOptions: EngageOptions;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #metrics: FleetMetrics;
  readonly #slots = new Map<string, { readonly slot: ClusterSlot; provider: ClusterProvider }>();
  #isRunning = false;

  /** @throws RuntimeError RUNTIME_CONTROLLER_NAME_TAKEN where two controllers have the same name */
  constructor(options: ClusterFleetOptions) {
    const { logger = silentLogger, clock = systemClock, maxMetricLabels: maxLabels = 100 } = options;
    checkNames(options.controllers.map(({ name }) => name));
    this.#options = options;
    this.#engageOptions = { ...options, logger, clock };
    this.#logger = logger;
    this.#clock = clock;
    this.needsLeader = options.needsLeader ?? true;
    this.#metrics = new FleetMetrics({
      registry: options.metricsRegistry ?? new MetricsRegistry(),
      clock,
      maxLabels,
      samples: () => this.#engaged.map(({ sample }) => sample),
      states: () => this.statuses.map(({ state }) => state),
    });
  }

  /** How every known cluster is, by name. */
  get statuses(): readonly ClusterStatus[] {
    const statuses = [...this.#slots.values()].map(({ slot }) => slot.status);
    return statuses.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The clusters that are engaged. */
  get clusters(): readonly Cluster[] {
    return [...this.#slots.values()].flatMap(({ slot }) => slot.cluster ?? []);
  }

  /**
   * A cluster that is engaged.
   *
   * @throws RuntimeError RUNTIME_CLUSTER_NOT_FOUND. A run that throws it is neither an error nor repeated.
   */
  get(name: string): Cluster {
    const cluster = this.#slots.get(name)?.slot.cluster;
    if (cluster) return cluster;
    throw new RuntimeError(
      'RUNTIME_CLUSTER_NOT_FOUND',
      `the cluster ${JSON.stringify(name)} is not engaged`,
      {
        retry: 'backoff',
      },
    );
  }

  /** Runs until the signal is aborted, and resolves when every cluster was dropped. */
  async run(signal: AbortSignal): Promise<void> {
    const failed = new AbortController();
    using either = new LinkedSignal(signal, failed.signal);
    const context = { signal: either.signal, logger: this.#logger, clock: this.#clock };
    this.#isRunning = true;
    const running = this.#options.providers.map(async (provider) => {
      try {
        await provider.run(this.#targetOf(provider, either.signal), context);
      } catch (error) {
        failed.abort(error);
      }
    });
    await aborted(either.signal);
    await Promise.all([...running, ...this.#dropAll(either.signal.reason as Error)]);
    this.#isRunning = false;
    if (failed.signal.aborted && !signal.aborted) throw failed.signal.reason;
  }

  /** Throws where the fleet cannot do its work, for `/readyz`. A fleet that waits to lead is as it has to be. */
  check(): void {
    if (!this.#isRunning) return;
    for (const provider of this.#options.providers) provider.check();
    const statuses = this.statuses;
    const idle = statuses.filter(({ state }) => state !== 'running');
    const enough = this.#options.readyWithAll ? 0 : Math.max(0, statuses.length - 1);
    if (idle.length <= enough) return;
    const names = idle.slice(0, 10).map(({ name, state }) => `${name} (${state})`);
    throw new Error(`${idle.length} of ${statuses.length} clusters do not run: ${names.join(', ')}`, {
      cause: idle.find(({ error }) => error !== undefined)?.error,
    });
  }

  get #engaged(): EngagedCluster[] {
    return [...this.#slots.values()].flatMap(({ slot }) => slot.engaged ?? []);
  }

  #targetOf(provider: ClusterProvider, signal: AbortSignal): ClusterTarget {
    /** Nothing is engaged while everything is dropped. */
    const slotOf = (name: string): ClusterSlot | undefined =>
      signal.aborted ? undefined : this.#slotOf(name, provider);
    return {
      engage: (definition) => void slotOf(definition.name)?.engage(definition),
      reject: (name, error) => void slotOf(name)?.reject(error),
      drop: async (name, options) => {
        const known = this.#slots.get(name);
        if (known?.provider === provider) await this.#drop(name, known.slot, options);
      },
    };
  }

  #slotOf(name: string, provider: ClusterProvider): ClusterSlot | undefined {
    const known = this.#slots.get(name);
    if (known?.provider === provider) return known.slot;
    if (known) {
      const providers = [known.provider.name, provider.name];
      this.#logger.error('two providers name the same cluster; the first one counts', {
        cluster: name,
        providers,
      });
      return undefined;
    }
    const engage = (definition: ClusterDefinition): EngagedCluster =>
      new EngagedCluster(definition, this.#engageOptions, (cluster) => this.#metrics.forCluster(cluster));
    const slot = new ClusterSlot(name, { engage, logger: this.#logger });
    this.#slots.set(name, { slot, provider });
    return slot;
  }

  async #drop(name: string, slot: ClusterSlot, options?: DropOptions): Promise<void> {
    await slot.drop(options);
    // It may have come back meanwhile.
    if (slot.isEmpty && this.#slots.get(name)?.slot === slot) this.#slots.delete(name);
  }

  #dropAll(reason: Error): Promise<void>[] {
    return [...this.#slots].map(([name, { slot }]) => this.#drop(name, slot, { reason }));
  }
}

function checkNames(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice === undefined) return;
  throw new RuntimeError(
    'RUNTIME_CONTROLLER_NAME_TAKEN',
    `there are two controllers named ${JSON.stringify(twice)}`,
    {
      hint: 'Give one of them another name with named().',
    },
  );
}
