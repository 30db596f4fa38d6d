import {
  aborted,
  type Clock,
  cloneValue,
  findToolkitError,
  type KubeObject,
  type Logger,
  refOf,
  refString,
  silentLogger,
  systemClock,
} from '@gitops-toolkit/core';
import type { KubeClient } from '@gitops-toolkit/kube';

import { RuntimeError } from '../errors.ts';
import type { EventRecorder } from '../events/event-recorder.ts';
import { keyString, type ObjectKey, parseKey } from '../object-key.ts';
import type { ControllerMetrics } from '../metrics/controller-metrics.ts';
import type { QueueMetrics } from '../metrics/queue-metrics.ts';
import { ItemBackoff } from '../queue/rate-limiter.ts';
import { type WorkItem, WorkQueue } from '../queue/work-queue.ts';
import type { KindCache, Subscription } from '../watch/kind-cache.ts';
import type { WatchCache } from '../watch/watch-cache.ts';
import type { ControllerObserver, RunOutcome } from './controller-observer.ts';
import type { ControllerOptions } from './controller-options.ts';
import { enqueueMapped, enqueueSelf } from './enqueuer.ts';
import { ExpectedVersions } from './expected-versions.ts';
import { notingClient } from './noting-client.ts';
import type { ReconcileContext } from './reconciler.ts';
import { type Decision, decide } from './decide.ts';
import { RunSignals } from './run-signals.ts';
import type { RunTracer } from './run-tracer.ts';
import { Workers } from './workers.ts';

/** What a controller works with; a manager gives all its controllers the same. */
export interface ControllerEnvironment {
  /** The cluster's name, where the program has several. */
  readonly cluster?: string;
  readonly client: KubeClient;
  /** The client of controllers that need the leader: it writes only as long as the lease is held. @default client */
  readonly leaderClient?: KubeClient;
  readonly cache: WatchCache;
  readonly events: EventRecorder;
  readonly logger?: Logger;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** Where runs are counted. @default nowhere */
  readonly metrics?: { readonly runs: ControllerMetrics; readonly queues: QueueMetrics };
  /** Puts each run into a span. @default nothing */
  readonly traceRun?: RunTracer;
  /** The token of the leadership that controllers which need one run under. */
  readonly fencingToken?: () => number | undefined;
}

/** After so many runs in a row, timers and sockets get their turn, however little a run waits. */
const runsPerTurn = 32;

/**
 * Runs a reconciler for every object of a kind, whenever something that concerns it changed.
 *
 * `controller()` and `manager()` put it together; by hand it is: make it, start the cache, and
 * {@link Controller.run} it.
 */
export class Controller<T extends KubeObject> {
  readonly name: string;
  /** Whether it must not run on two replicas at a time. */
  readonly needsLeader: boolean;
  readonly kind: string;
  readonly queue: WorkQueue<string>;
  readonly #options: ControllerOptions<T>;
  readonly #environment: ControllerEnvironment;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #primary: KindCache<T>;
  readonly #expected: ExpectedVersions;
  readonly #observer: ControllerObserver | undefined;
  #concurrency: number;
  #workers: Workers | undefined;
  /** The runs under way: each is told when it is asked for again. */
  readonly #active = new Map<string, RunSignals>();

  /** Declares its watches to the cache: they begin, and are kept current, whether the controller runs or not. */
  constructor(options: ControllerOptions<T>, environment: ControllerEnvironment) {
    const { kind, retries } = options;
    this.#options = options;
    this.#environment = environment;
    this.#clock = environment.clock ?? systemClock;
    this.name = options.name ?? kind.kind.toLowerCase();
    this.kind = kind.kind;
    this.#concurrency = options.concurrency ?? 1;
    this.needsLeader = options.needsLeader ?? true;
    this.#log = (environment.logger ?? silentLogger).with({
      ...(environment.cluster !== undefined && { cluster: environment.cluster }),
      controller: this.name,
      controllerGroup: kind.group,
      controllerKind: kind.kind,
    });
    const { name } = this;
    const queueObserver = environment.metrics?.queues.observe({ name, lengths: () => this.queue.lengths });
    this.queue = new WorkQueue({
      clock: this.#clock,
      rateLimiter: options.rateLimiter ?? new ItemBackoff(retries),
      ...(queueObserver && { observer: queueObserver }),
    });
    this.#observer = environment.metrics?.runs.observe({
      name,
      kind: kind.kind,
      concurrency: () => this.#concurrency,
      activeRuns: () => this.#active.size,
    });
    this.#expected = new ExpectedVersions(environment.cache, { isForAll: this.#seesOwnWrites });
    this.#primary = environment.cache.watch(kind, options.selection);
    for (const [name, valuesOf] of Object.entries(options.indexes ?? {}))
      this.#primary.store.addIndex(name, valuesOf);
    for (const watched of options.watches ?? []) environment.cache.watch(watched.kind, watched.selection);
  }

  /**
   * Runs that may go on at a time. A new number holds from now on: runs under way end as they would have.
   *
   * @throws RangeError for a number that is not whole and at least 1
   */
  get concurrency(): number {
    return this.#concurrency;
  }

  set concurrency(runs: number) {
    if (!Number.isInteger(runs) || runs < 1) throw new RangeError(`not a number of runs: ${runs}`);
    this.#concurrency = runs;
    this.#workers?.resize(runs);
  }

  /** Runs that are under way. */
  get activeRuns(): number {
    return this.#active.size;
  }

  /**
   * Reconciles until the signal is aborted, and resolves when the runs under way have ended.
   * The first run begins when everything that was there at the start has been looked at.
   */
  async run(signal: AbortSignal): Promise<void> {
    const subscriptions = this.#subscribe();
    const triggers = this.#startTriggers(signal);
    const stop = (): void => this.queue.shutDown();
    signal.addEventListener('abort', stop, { once: true });
    try {
      const synced = Promise.all(subscriptions.map((subscription) => subscription.synced));
      await Promise.race([synced, aborted(signal)]);
      await Promise.all([this.#workUntil(signal), ...triggers]);
    } finally {
      signal.removeEventListener('abort', stop);
      for (const subscription of subscriptions) subscription.close();
    }
  }

  /** Asks for a run of an object. */
  enqueue(key: ObjectKey): void {
    this.#enqueue(keyString(key), { priority: 0 });
  }

  #subscribe(): Subscription[] {
    const { cache } = this.#environment;
    const options = { enqueue: this.#enqueue.bind(this), cache, log: this.#log };
    const subscriptions = [this.#primary.subscribe(enqueueSelf(this.#options.predicate, options))];
    for (const { kind, selection, mapper, predicate } of this.#options.watches ?? []) {
      if (!mapper) continue;
      const handler = enqueueMapped({ mapper, ...(predicate && { predicate }) }, options);
      subscriptions.push(cache.watch(kind, selection).subscribe(handler));
    }
    return subscriptions;
  }

  #startTriggers(signal: AbortSignal): Promise<void>[] {
    return (this.#options.triggers ?? []).map(async (trigger) => {
      try {
        await trigger((key) => this.enqueue(key), signal);
      } catch (error) {
        if (!signal.aborted) this.#log.error('a trigger ended with an error', { error });
      }
    });
  }

  #enqueue(
    key: string,
    { priority, cause }: { readonly priority: number; readonly cause?: KubeObject },
  ): void {
    this.queue.add(key, { priority });
    this.#active.get(key)?.supersede(() => {
      const by = cause ? `${refString(refOf(cause))} changed` : 'another run was asked for';
      const options = cause ? { object: refOf(cause) } : {};
      return new RuntimeError('RUNTIME_SUPERSEDED', by, { ...options, retry: 'backoff' });
    });
  }

  async #workUntil(signal: AbortSignal): Promise<void> {
    const workers = new Workers((dismissed) => this.#work(signal, dismissed));
    this.#workers = workers;
    workers.resize(this.#concurrency);
    await aborted(signal);
    this.#workers = undefined;
    await workers.stop();
  }

  async #work(signal: AbortSignal, dismissed: AbortSignal): Promise<void> {
    for (let runs = 1; !signal.aborted && !dismissed.aborted; runs++) {
      const item = await this.queue.get({ signal: dismissed });
      if (!item) return;
      try {
        await this.#process(item, signal);
      } finally {
        this.queue.done(item.key);
      }
      if (runs % runsPerTurn === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** One run: never throws. */
  async #process(item: WorkItem<string>, signal: AbortSignal): Promise<void> {
    const startedAt = this.#clock.monotonic();
    using signals = new RunSignals(signal, { timeoutMs: this.#options.timeoutMs, clock: this.#clock });
    this.#active.set(item.key, signals);
    this.#observer?.started();
    const context = this.#context(item.key, signals);
    const { decision, outcome, error, gaveWay } = await this.#traced(context, async () => {
      const decided = await this.#decide(context, item.key);
      // A run that gave way to another one has not failed; the other is in the queue.
      if (decided.error === undefined || !signals.explains(decided.error))
        return { decision: decided, outcome: decided.outcome, error: decided.error, gaveWay: false };
      return { decision: decided, outcome: 'requeue', gaveWay: true };
    });
    this.#active.delete(item.key);
    this.#observer?.finished({
      outcome,
      seconds: (this.#clock.monotonic() - startedAt) / 1000,
      timedOut: signals.timedOut,
      panicked: isPanic(error),
      name: context.name,
      namespace: context.namespace,
    });
    if (!this.#primary.store.get(context)) this.#observer?.forgotten(context);
    if (!gaveWay) this.#settle(item, decision, context.log);
  }

  #traced(context: ReconcileContext, run: () => Promise<RunEnd>): Promise<RunEnd> {
    const { traceRun } = this.#environment;
    if (!traceRun) return run();
    const { name, namespace, reconcileId } = context;
    return traceRun({ controller: this.name, kind: this.kind, name, namespace, reconcileId }, run);
  }

  async #decide(context: ReconcileContext, key: string): Promise<Decision> {
    const { reconciler } = this.#options;
    try {
      await this.#expected.wait(key, context);
      const object = this.#primary.store.get(context);
      if (object) return decide(await reconciler.reconcile(cloneValue(object), context));
      await reconciler.deleted?.(context);
      return decide(undefined);
    } catch (error) {
      return decide(undefined, { error });
    }
  }

  #settle(item: WorkItem<string>, decision: Decision, log: Logger): void {
    const { key } = item;
    const priority = decision.priority ?? item.priority;
    if (decision.error !== undefined) logFailure(log, decision.error);
    if (decision.retry === 'rate-limited') {
      this.queue.addRateLimited(key, { priority, atLeastMs: decision.delayMs });
      return;
    }
    this.queue.forget(key);
    if (decision.retry === 'after') {
      const { jitterPercent = 0 } = this.#options;
      const delayMs = decision.jittered(jitterPercent, this.#environment.random);
      this.queue.addAfter(key, delayMs, { priority });
    }
  }

  get #seesOwnWrites(): boolean {
    return this.#options.seesOwnWrites ?? false;
  }

  #clientOf(key: string): KubeClient {
    const { leaderClient, client: anyClient } = this.#environment;
    const client = this.needsLeader ? (leaderClient ?? anyClient) : anyClient;
    if (!this.#seesOwnWrites) return client;
    return notingClient(client, {
      written: (object) => this.#expected.add(key, object),
      deleted: (ref, answer) => this.#expected.addDeletion(key, ref, answer),
    });
  }

  #context(key: string, signals: RunSignals): ReconcileContext {
    const { cache, cluster, events } = this.#environment;
    const fencingToken = this.needsLeader ? this.#environment.fencingToken?.() : undefined;
    const name = parseKey(key);
    const reconcileId = crypto.randomUUID();
    return {
      ...name,
      ...(cluster !== undefined && { cluster }),
      reconcileId,
      ...(fencingToken !== undefined && { fencingToken }),
      failures: this.queue.failures(key),
      client: this.#clientOf(key),
      cache,
      events,
      clock: this.#clock,
      signal: signals.ended,
      superseded: signals.superseded,
      log: this.#log.with({
        [this.#options.kind.kind]: name,
        ...name,
        reconcileID: reconcileId,
        ...(fencingToken !== undefined && { fencingToken }),
      }),
      wrote: (object) => this.#expected.add(key, object),
      enqueue: (other) => this.enqueue(other),
    };
  }
}

/** What is told of a run that has ended. */
interface RunEnd {
  readonly decision: Decision;
  readonly outcome: RunOutcome;
  /** Why it failed. */
  readonly error?: unknown;
  readonly gaveWay: boolean;
}

/** A mistake of the program, rather than of the world. */
function isPanic(error: unknown): boolean {
  return [TypeError, ReferenceError, RangeError].some((mistake) => error instanceof mistake);
}

function logFailure(log: Logger, error: unknown): void {
  const { code, hint } = findToolkitError(error) ?? {};
  log.error('Reconciler error', {
    error,
    ...(code !== undefined && { code }),
    ...(hint !== undefined && { hint }),
  });
}
