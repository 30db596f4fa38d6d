import { hostname } from 'node:os';

import { aborted, type Clock, type Logger, silentLogger, systemClock } from '@gitops-toolkit/core';

import type { Controller } from '../controller/controller.ts';
import { type Leadership, LeaseElector } from '../election/lease-elector.ts';
import { RuntimeError } from '../errors.ts';
import { clusterEventSink } from '../events/cluster-event-sink.ts';
import { EventRecorder } from '../events/event-recorder.ts';
import { seriesEventSink } from '../events/series-event-sink.ts';
import { LinkedSignal } from '../linked-signal.ts';
import { cacheMetrics } from '../metrics/cache-metrics.ts';
import { electionMetrics } from '../metrics/election-metrics.ts';
import { MetricsRegistry } from '../metrics/metrics-registry.ts';
import { Tracing } from '../tracing/tracing.ts';
import { clusterSource } from '../watch/list-watch.ts';
import { WatchCache } from '../watch/watch-cache.ts';
import { createControllers } from './create-controllers.ts';
import { EventLoopCheck } from './event-loop-check.ts';
import { answerHealth, type HealthChecks } from './health-checks.ts';
import type { ManagerOptions, Runnable } from './manager-options.ts';
import { OperationsServer } from './operations-server.ts';
import { profilingRoutes } from './profiling-routes.ts';
import { TaskGroup } from './task-group.ts';
import { watchChecks } from './watch-checks.ts';

export type {
  ControllerDescription,
  ManagerElectionOptions,
  ManagerOptions,
  Runnable,
  ServedWebhooks,
} from './manager-options.ts';

/** What a manager runs: controllers and runnables alike. */
type Task = Pick<Runnable, 'name' | 'run'> & { readonly needsLeader: boolean };

/**
 * Runs controllers on one client, one cache and one recorder of events.
 *
 * It starts in this order: servers of probes and metrics; webhooks, for a cache may be of a kind whose
 * versions they convert; caches, until they are complete; what needs no leader; the election; what needs the leader. It stops in the reverse order, and gives
 * the lease back last, when nothing of it writes any more.
 */
export class Manager {
  readonly cache: WatchCache;
  readonly metrics: MetricsRegistry;
  readonly events: EventRecorder;
  readonly #options: ManagerOptions;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #tasks: readonly Task[];
  readonly #tracing: Tracing;
  readonly #eventLoop = new EventLoopCheck();
  readonly #failed = new AbortController();
  readonly #free = new TaskGroup((error) => this.#failed.abort(error));
  readonly #leading = new TaskGroup((error) => this.#failed.abort(error));
  #servers: OperationsServer[] = [];
  #leadership: Leadership | undefined;
  #countLeaseRead: (() => void) | undefined;
  #state: 'new' | 'starting' | 'running' | 'stopping' | 'stopped' = 'new';

  /** @throws RuntimeError RUNTIME_CONTROLLER_NAME_TAKEN where two controllers have the same name */
  constructor(options: ManagerOptions) {
    this.#options = options;
    this.#logger = options.logger ?? silentLogger;
    this.#clock = options.clock ?? systemClock;
    this.#tracing = options.tracing ?? new Tracing();
    this.metrics = options.metricsRegistry ?? new MetricsRegistry();
    this.cache = new WatchCache({
      ...options.cache,
      ...(options.random && { reflector: { random: options.random, ...options.cache?.reflector } }),
      source: clusterSource(options.client),
      logger: this.#logger,
      clock: this.#clock,
      ...(options.namespaces && { namespaces: options.namespaces }),
    });
    const makeSink = options.eventsApi === 'events.k8s.io/v1' ? seriesEventSink : clusterEventSink;
    const own = makeSink({
      client: options.client,
      component: options.name,
      instance: hostname(),
      logger: this.#logger,
      clock: this.#clock,
    });
    this.events = new EventRecorder({ sinks: [own, ...(options.eventSinks ?? [])], logger: this.#logger });
    this.#tasks = [...this.#createControllers(), ...(options.runnables ?? []).map(asTask)];
    this.#defineMetrics();
  }

  /** Whether everything that this replica is to run runs. */
  get isRunning(): boolean {
    return this.#state === 'running';
  }

  /** The fencing token of the current leadership; `undefined` where this replica does not lead. */
  get fencingToken(): number | undefined {
    return this.#leadership?.token;
  }

  /** The ports that metrics, probes and profiles are served on, in this order, once they are. */
  get ports(): readonly number[] {
    return this.#servers.map((server) => server.port);
  }

  /**
   * Runs until the signal is aborted, stops in good order, and resolves. Once a manager.
   *
   * Rejects, stopped, where a cache does not become complete (RUNTIME_CACHE_SYNC_TIMEOUT), a
   * runnable fails, the lease is lost (RUNTIME_LEASE_LOST: end the process), or runs do not end in
   * time (RUNTIME_SHUTDOWN_TIMEOUT).
   */
  async run(signal: AbortSignal = new AbortController().signal): Promise<void> {
    if (this.#state !== 'new') throw new RuntimeError('RUNTIME_STOPPED', 'a manager runs once; make another');
    this.#state = 'starting';
    using linked = new LinkedSignal(signal, this.#failed.signal);
    const ended = linked.signal;
    try {
      await this.#start(ended);
      this.#state = 'running';
      await aborted(ended);
    } catch (error) {
      if (!ended.aborted) this.#failed.abort(error);
    }
    await this.#stop();
    if (this.#failed.signal.aborted) throw this.#failed.signal.reason;
  }

  async #start(signal: AbortSignal): Promise<void> {
    const { name, cacheSyncTimeoutMs } = this.#options;
    await this.#tracing.load();
    await this.#startServers();
    await this.#options.webhooks?.start({ logger: this.#logger, clock: this.#clock, metrics: this.metrics });
    this.cache.start();
    await this.cache.waitForSync({
      signal,
      ...(cacheSyncTimeoutMs !== undefined && { timeoutMs: cacheSyncTimeoutMs }),
    });
    this.#startTasks(this.#free, (task) => !task.needsLeader);
    await this.#waitToLead(signal);
    this.#startTasks(this.#leading, (task) => task.needsLeader);
    this.#logger.info('started', { program: name, tasks: this.#tasks.map((task) => task.name) });
  }

  async #startServers(): Promise<void> {
    const { health, healthChecks, metrics, profiling, readyChecks, webhooks } = this.#options;
    if (metrics) {
      await this.metrics.load();
      const answer = async () => ({
        status: 200,
        body: await this.metrics.text(),
        contentType: this.metrics.contentType,
      });
      this.#servers.push(await OperationsServer.listen(metrics, { '/metrics': answer }, this.#logger));
    }
    if (health) {
      const ping = (): void => {};
      const ready = {
        ping,
        'event-loop': this.#eventLoop.check,
        'informer-sync': () => this.#checkSync(),
        ...(webhooks && { webhook: () => webhooks.check() }),
        ...readyChecks,
      };
      const routes = {
        '/healthz': answerHealth('healthz', { ping, ...healthChecks }, this.#logger),
        // Watches come and go, so that their checks are made anew each time.
        '/readyz': (url: URL) =>
          answerHealth('readyz', { ...this.#watchChecks(), ...ready }, this.#logger)(url),
      };
      this.#servers.push(await OperationsServer.listen(health, routes, this.#logger));
    }
    if (profiling) {
      const routes = profilingRoutes({ maxSeconds: profiling.maxSeconds, clock: this.#clock });
      const address = { host: '127.0.0.1', ...profiling };
      this.#servers.push(await OperationsServer.listen(address, routes, this.#logger));
    }
  }

  #watchChecks(): HealthChecks {
    const { watchSilenceMs: limitMs = 300_000 } = this.#options;
    return watchChecks(this.cache.kinds, { limitMs, clock: this.#clock });
  }

  #checkSync(): void {
    if (this.#state === 'stopping') throw new Error('shutting down');
    if (!this.cache.synced) throw new Error('the caches are not complete');
  }

  async #waitToLead(signal: AbortSignal): Promise<void> {
    const { client, leaderElection, name } = this.#options;
    if (!leaderElection) return;
    const { leaseName = `${name}-leader-election`, identity, releaseOnCancel: _, ...times } = leaderElection;
    const elector = new LeaseElector({
      ...times,
      client,
      name: leaseName,
      ...(this.#countLeaseRead && { onRead: this.#countLeaseRead }),
      identity: identity ?? `${hostname()}_${crypto.randomUUID()}`,
      logger: this.#logger,
      clock: this.#clock,
      ...(this.#options.random && { random: this.#options.random }),
    });
    const leadership = await elector.acquire({ signal });
    this.#leadership = leadership;
    leadership.lost.addEventListener('abort', () => this.#failed.abort(leadership.lost.reason), {
      once: true,
    });
  }

  #startTasks(group: TaskGroup, isPart: (task: Task) => boolean): void {
    for (const task of this.#tasks.filter(isPart)) group.start(task.name, (signal) => task.run(signal));
  }

  async #stop(): Promise<void> {
    this.#state = 'stopping';
    const reason = new RuntimeError('RUNTIME_STOPPED', 'the manager stops', { retry: 'backoff' });
    const hasLost = this.#leadership?.lost.aborted ?? false;
    await this.#stopTasks(hasLost ? (this.#leadership?.lost.reason as Error) : reason);
    await this.cache[Symbol.asyncDispose]();
    await this.#options.webhooks?.[Symbol.asyncDispose]();
    await Promise.all(this.#servers.map((server) => server[Symbol.asyncDispose]()));
    await this.#sendLastEvents();
    await this.#leaveElection();
    this.#eventLoop[Symbol.dispose]();
    this.#state = 'stopped';
    this.#logger.info('stopped', { program: this.#options.name });
  }

  async #stopTasks(reason: Error): Promise<void> {
    const shutdownTimeoutMs = this.#shutdownTimeoutMs;
    let cancel = (): void => {};
    const expired = new Promise<'expired'>((resolve) => {
      cancel = this.#clock.setTimeout(() => resolve('expired'), shutdownTimeoutMs);
    });
    const all = Promise.all([this.#free.stop(reason), this.#leading.stop(reason)]);
    if ((await Promise.race([all, expired])) === 'expired') {
      const names = [...this.#free.names, ...this.#leading.names].join(', ');
      const message = `not stopped after ${shutdownTimeoutMs} ms: ${names}`;
      this.#failed.abort(new RuntimeError('RUNTIME_SHUTDOWN_TIMEOUT', message));
    }
    cancel();
  }

  /** Without the lease there is only the time until another replica may begin. */
  get #shutdownTimeoutMs(): number {
    const { leaderElection, shutdownTimeoutMs = 30_000 } = this.#options;
    if (!this.#leadership?.lost.aborted) return shutdownTimeoutMs;
    const { leaseDurationMs = 15_000, renewDeadlineMs = 10_000 } = leaderElection ?? {};
    return Math.min(shutdownTimeoutMs, leaseDurationMs - renewDeadlineMs);
  }

  async #sendLastEvents(): Promise<void> {
    const expired = new AbortController();
    const cancel = this.#clock.setTimeout(() => expired.abort(), 5000);
    await this.events.flush({ signal: expired.signal });
    cancel();
    await this.events[Symbol.asyncDispose]();
  }

  async #leaveElection(): Promise<void> {
    const leadership = this.#leadership;
    // Where something still runs, another replica must not begin before the lease expires.
    const mayRelease =
      this.#options.leaderElection?.releaseOnCancel !== false && this.#leading.names.length === 0;
    if (mayRelease) await leadership?.release();
    else leadership?.abandon();
    this.#leadership = undefined;
  }

  #createControllers(): Pick<Controller<never>, 'name' | 'needsLeader' | 'run'>[] {
    const { client, controllers = [], leaderElection, random } = this.#options;
    const shared = {
      client,
      ...(leaderElection && { leaderClient: client.guarded((request) => this.#assertMayWrite(request)) }),
      ...(random && { random }),
      cache: this.cache,
      events: this.events,
      logger: this.#logger,
      clock: this.#clock,
      traceRun: this.#tracing.traceRun,
      fencingToken: () => this.fencingToken,
    };
    return createControllers(controllers, shared, this.metrics);
  }

  /**
   * A run learns from its signal that the lease is lost. One that stood still, with the whole process, or that waits to
   * repeat a request may go on before it does.
   */
  #assertMayWrite({ method }: { readonly method: string }): void {
    if (method === 'GET' || method === 'HEAD' || this.#leadership?.isHeld) return;
    const message = 'nothing is written without the lease';
    throw new RuntimeError('RUNTIME_LEASE_LOST', message, { retry: 'backoff' });
  }

  #defineMetrics(): void {
    cacheMetrics(this.metrics, this.cache, this.#clock);
    const { leaderElection, name } = this.#options;
    if (!leaderElection) return;
    const { leaseName = `${name}-leader-election` } = leaderElection;
    const isLeading = (): boolean => this.#leadership !== undefined;
    this.#countLeaseRead = electionMetrics(this.metrics, { leaseName, isLeading }).countRead;
  }
}

/**
 * Puts controllers together, ready to {@link Manager.run}.
 *
 * @example
 * ```ts no-run
 * import { KubeClient, loadKubeconfig } from '@gitops-toolkit/kube';
 * import { controller, jsonLogger, kindOf, manager, terminationSignal } from '@gitops-toolkit/runtime';
 *
 * const client = new KubeClient(await loadKubeconfig());
 * const greeter = controller(kindOf('v1', 'ConfigMap'), async (map, { log }) => log.info(`hello ${map.metadata.name}`));
 * await manager({ name: 'greeter', client, controllers: [greeter], logger: jsonLogger() }).run(terminationSignal());
 * ```
 */
export function manager(options: ManagerOptions): Manager {
  return new Manager(options);
}

function asTask(runnable: Runnable): Task {
  const { name, needsLeader = false } = runnable;
  return { name, needsLeader, run: (signal) => runnable.run(signal) };
}
