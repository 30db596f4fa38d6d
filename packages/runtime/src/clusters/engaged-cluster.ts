import { hostname } from 'node:os';

import type { Clock, Logger } from '@gitops-toolkit/core';
import { KubeClient, type KubeClientOptions } from '@gitops-toolkit/kube';

import { clusterEventSink } from '../events/cluster-event-sink.ts';
import { EventRecorder } from '../events/event-recorder.ts';
import type { ControllerDescription, ManagerOptions } from '../manager/manager-options.ts';
import { TaskGroup } from '../manager/task-group.ts';
import { watchChecks } from '../manager/watch-checks.ts';
import type { RunMetrics } from '../metrics/run-metrics.ts';
import { clusterSource } from '../watch/list-watch.ts';
import { WatchCache } from '../watch/watch-cache.ts';
import type { Cluster, ClusterStatus } from './cluster.ts';
import type { ClusterDefinition, DropOptions } from './cluster-provider.ts';
import type { ClusterSample } from './fleet-metrics.ts';

/** What all clusters of a fleet are engaged with. */
export interface EngageOptions {
  /** The program's name: events are signed with it. */
  readonly name: string;
  /** What runs for each cluster. */
  readonly controllers: readonly ControllerDescription[];
  /** Watch these namespaces of each cluster only. @default all */
  readonly namespaces?: readonly string[];
  /** How watches behave. */
  readonly cache?: ManagerOptions['cache'];
  /** How requests are sent. Each cluster has connections, limits and times of its own. */
  readonly clientOptions?: Omit<KubeClientOptions, 'clock' | 'logger' | 'mapper' | 'pool'>;
  /** After such a time without a word of a cluster about a kind, it is `failing`. @default 300 000 */
  readonly watchSilenceMs?: number;
  /** How long the runs of a cluster that goes may take to end, before their connections are closed. @default 15 000 */
  readonly drainTimeoutMs?: number;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** How long the last events of a cluster may take. */
const lastEventsMs = 5000;

/** A cluster at work: its client, cache, events and controllers, from {@link EngagedCluster.start} to {@link EngagedCluster.stop}. */
export class EngagedCluster implements Cluster {
  readonly name: string;
  readonly fencingToken: number | undefined;
  readonly client: KubeClient;
  readonly cache: WatchCache;
  readonly events: EventRecorder;
  readonly #options: EngageOptions;
  readonly #logger: Logger;
  readonly #metrics: RunMetrics & Disposable;
  readonly #controllers: readonly ReturnType<ControllerDescription['create']>[];
  readonly #tasks: TaskGroup;
  #failure: { readonly error: unknown } | undefined;
  #isStopping = false;

  /**
   * Declares everything that is watched, and asks nothing of the cluster yet.
   *
   * @throws KubeError KUBE_CONFIG_INVALID
   */
  constructor(
    { name, config, fencingToken }: ClusterDefinition,
    options: EngageOptions,
    metricsOf: (cluster: string) => RunMetrics & Disposable,
  ) {
    const { clock, clientOptions, controllers } = options;
    const logger = options.logger.with({ cluster: name });
    this.name = name;
    this.fencingToken = fencingToken;
    this.#options = options;
    this.#logger = logger;
    this.client = new KubeClient(config, { ...clientOptions, logger, clock });
    this.cache = new WatchCache({
      ...options.cache,
      ...(options.namespaces && { namespaces: options.namespaces }),
      source: clusterSource(this.client),
      logger,
      clock,
    });
    const sink = clusterEventSink({
      client: this.client,
      component: options.name,
      instance: hostname(),
      clock,
    });
    this.events = new EventRecorder({ sinks: [sink], logger });
    this.#tasks = new TaskGroup((error) => {
      this.#failure = { error };
      logger.error('a controller of the cluster ended with an error', { error });
    });
    this.#metrics = metricsOf(name);
    const { client, cache, events } = this;
    // The logger of the fleet: a controller names the cluster itself.
    const shared = { cluster: name, client, cache, events, logger: options.logger, clock };
    this.#controllers = controllers.map((each) => each.create({ ...shared, metrics: this.#metrics }));
  }

  /** Begins to watch; runs begin when everything that is watched is here, however long that takes. */
  start(): void {
    // Only now that every watch is declared: one that comes late would list its kind a second time.
    this.cache.start();
    for (const each of this.#controllers) {
      this.#tasks.start(each.name, async (signal) => {
        await this.#synced(signal);
        await each.run(signal);
      });
    }
  }

  get status(): ClusterStatus {
    const { name } = this;
    if (this.#isStopping) return { name, state: 'stopping' };
    const failure = this.#failure ?? this.#watchFailure();
    if (failure) return { name, state: 'failing', error: failure.error };
    return { name, state: this.cache.synced ? 'running' : 'starting' };
  }

  get sample(): ClusterSample {
    return {
      name: this.name,
      isSynced: this.cache.synced,
      objects: sum(this.cache.kinds.map((kind) => kind.store.size)),
      depth: sum(this.#controllers.map(({ queue }) => queue.length)),
    };
  }

  /** Tells the runs to end, waits for them, and gives everything back. Never throws. */
  async stop(reason: Error, options: Pick<DropOptions, 'drainTimeoutMs'> = {}): Promise<void> {
    this.#isStopping = true;
    const drainTimeoutMs = options.drainTimeoutMs ?? this.#options.drainTimeoutMs ?? 15_000;
    if (!(await this.#within(drainTimeoutMs, this.#tasks.stop(reason)))) {
      const controllers = this.#tasks.names;
      this.#logger.error('runs do not end; their connections are closed', { controllers });
    }
    await this.#within(Math.min(lastEventsMs, drainTimeoutMs), this.events.flush());
    await this.events[Symbol.asyncDispose]();
    await this.cache[Symbol.asyncDispose]();
    await this.client[Symbol.asyncDispose]();
    this.#metrics[Symbol.dispose]();
  }

  async #synced(signal: AbortSignal): Promise<void> {
    await Promise.all(this.cache.kinds.map((kind) => kind.waitForSync({ signal })));
  }

  #watchFailure(): { readonly error: unknown } | undefined {
    const { kinds, synced } = this.cache;
    const refused = kinds.find(({ lastError }) => lastError !== undefined);
    if (refused) return { error: refused.lastError };
    if (!synced) return undefined;
    const { watchSilenceMs: limitMs = 300_000, clock } = this.#options;
    try {
      for (const check of Object.values(watchChecks(kinds, { limitMs, clock }))) void check();
      return undefined;
    } catch (error) {
      return { error };
    }
  }

  /** Whether it ended in time. */
  async #within(timeoutMs: number, work: Promise<void>): Promise<boolean> {
    let cancel = (): void => {};
    const expired = new Promise<boolean>((resolve) => {
      cancel = this.#options.clock.setTimeout(() => resolve(false), timeoutMs);
    });
    const inTime = await Promise.race([work.then(() => true), expired]);
    cancel();
    return inTime;
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
