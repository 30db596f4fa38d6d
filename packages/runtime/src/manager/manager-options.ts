import type { Clock, Logger } from '@gitops-toolkit/core';
import type { KubeClient } from '@gitops-toolkit/kube';

import type { Controller, ControllerEnvironment } from '../controller/controller.ts';
import type { LeaseElectorOptions } from '../election/lease-elector.ts';
import type { EventSink } from '../events/event.ts';
import type { MetricsRegistry } from '../metrics/metrics-registry.ts';
import type { Tracing } from '../tracing/tracing.ts';
import type { WatchCacheOptions } from '../watch/watch-cache.ts';
import type { HealthChecks } from './health-checks.ts';
import type { ListenOptions } from './operations-server.ts';
import type { ProfilingOptions } from './profiling-routes.ts';

/** Makes a controller, once there is what it works with: what `controller()` builds. */
export interface ControllerDescription {
  readonly name: string;
  create(
    environment: ControllerEnvironment,
  ): Pick<
    Controller<never>,
    'activeRuns' | 'concurrency' | 'kind' | 'name' | 'needsLeader' | 'queue' | 'run'
  >;
}

/** Something else that runs as long as the manager: a server, a collector of garbage. */
export interface Runnable {
  readonly name: string;
  /** It must not run on two replicas at a time. @default false */
  readonly needsLeader?: boolean;
  /** Runs until the signal is aborted. Ends the manager where it throws before. */
  run(signal: AbortSignal): Promise<void>;
}

/** Webhooks that a manager serves: what `webhooks()` of `@gitops-toolkit/runtime/webhooks` makes. */
export interface ServedWebhooks extends AsyncDisposable {
  start(environment: {
    readonly logger: Logger;
    readonly clock: Clock;
    readonly metrics: MetricsRegistry;
  }): Promise<void>;
  check(): Promise<void>;
}

/** What a {@link Manager} is made of. */
export interface ManagerOptions {
  readonly client: KubeClient;
  /** The program's name: events are signed with it, and the lease is named after it. */
  readonly name: string;
  readonly controllers?: readonly ControllerDescription[];
  readonly runnables?: readonly Runnable[];
  /** Served from before the caches are filled until they are gone, by every replica. @default none */
  readonly webhooks?: ServedWebhooks;
  /** Watch these namespaces only. @default all */
  readonly namespaces?: readonly string[];
  /** Let one of several replicas work at a time. @default none: this one works */
  readonly leaderElection?: ManagerElectionOptions;
  /** Serve `/metrics`. @default not */
  readonly metrics?: ListenOptions;
  /** Where metrics are counted, for those that add their own. @default a new one */
  readonly metricsRegistry?: MetricsRegistry;
  /**
   * Spans for runs; give its `traceCall` to the client for those of requests. @default a new one, so that runs are
   * traced wherever `@opentelemetry/api` is installed and the program has set up an SDK
   */
  readonly tracing?: Tracing;
  /** Serve `/healthz` and `/readyz`. @default not */
  readonly health?: ListenOptions;
  /** Serve `/debug/cpu-profile`, `/debug/heap-snapshot` and `/debug/heap-statistics`. @default not */
  readonly profiling?: ProfilingOptions;
  /** Further checks of `/healthz`: failing, the program is to be restarted. */
  readonly healthChecks?: HealthChecks;
  /** Further checks of `/readyz`: failing, the program is not to be asked. */
  readonly readyChecks?: HealthChecks;
  /**
   * After such a time without a word of the server about a kind, bookmarks included, the check `watch-<kind>` of
   * `/readyz` fails: what is cached may be old. @default 300 000
   */
  readonly watchSilenceMs?: number;
  /** Where events go, beside the cluster itself. */
  readonly eventSinks?: readonly EventSink[];
  /**
   * Which events the cluster gets. Those of `events.k8s.io/v1` cost fewer requests where the same is said again and
   * again; Flux writes those of the core group. @default 'v1'
   */
  readonly eventsApi?: 'events.k8s.io/v1' | 'v1';
  /** How watches behave. */
  readonly cache?: Pick<WatchCacheOptions, 'freeze' | 'reflector' | 'resyncMs' | 'transform'>;
  /** After this, caches that are not complete fail the start. @default 120 000 */
  readonly cacheSyncTimeoutMs?: number;
  /** How long runs under way may take to end at shutdown. @default 30 000 */
  readonly shutdownTimeoutMs?: number;
  readonly logger?: Logger;
  readonly clock?: Clock;
  /** From 0 to below 1, for all that is spread in time. @default Math.random */
  readonly random?: () => number;
}

/** Which lease replicas compete for, and the times of it. */
export interface ManagerElectionOptions extends Pick<
  LeaseElectorOptions,
  'leaseDurationMs' | 'namespace' | 'renewDeadlineMs' | 'retryPeriodMs'
> {
  /** @default `<name>-leader-election` */
  readonly leaseName?: string;
  /** @default the host's name with some digits */
  readonly identity?: string;
  /** Give the lease back at shutdown. @default true */
  readonly releaseOnCancel?: boolean;
}
