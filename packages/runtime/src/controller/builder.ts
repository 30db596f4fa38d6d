import type { KubeObject } from '@gitops-toolkit/core';

import type { RateLimiter } from '../queue/rate-limiter.ts';
import type { ResourceKind } from '../resource-kind.ts';
import type { WatchSelection } from '../watch/selection.ts';
import type { IndexFunction } from '../watch/store-index.ts';
import { Controller, type ControllerEnvironment } from './controller.ts';
import type { ControllerOptions, TriggerSource, WatchedKind } from './controller-options.ts';
import { type Mapper, ownerMapper, type OwnerOptions } from './mappers.ts';
import type { Predicate } from './predicate.ts';
import type { ReconcileFunction, Reconciler } from './reconciler.ts';

/** What is watched of another kind, and which of its changes count. */
export interface WatchesOptions<S extends KubeObject> extends WatchSelection {
  readonly predicate?: Predicate<S>;
}

/**
 * Describes a controller step by step. Each step gives a new builder; {@link ControllerBuilder.build}
 * gives the plain {@link ControllerOptions} that a `Controller` is made of.
 */
export class ControllerBuilder<T extends KubeObject> {
  readonly #options: ControllerOptions<T>;

  constructor(options: ControllerOptions<T>) {
    this.#options = options;
  }

  /** The name in logs and metrics; unique in a manager. @default the kind in lower case */
  named(name: string): ControllerBuilder<T> {
    return this.#with({ name });
  }

  /** Which changes of the controller's own kind cause a run. @default all of them */
  when(predicate: Predicate<T>): ControllerBuilder<T> {
    return this.#with({ predicate });
  }

  /** Which objects of the controller's own kind it sees at all: a shard, a namespace. */
  selecting(selection: WatchSelection): ControllerBuilder<T> {
    return this.#with({ selection });
  }

  /** A change of an object of the kind reconciles its owner. */
  owns<S extends KubeObject>(
    kind: ResourceKind<S>,
    options: WatchesOptions<S> & OwnerOptions = {},
  ): ControllerBuilder<T> {
    const { onlyController, clusterScoped, ...rest } = options;
    const owner = {
      ...(onlyController === undefined ? {} : { onlyController }),
      clusterScoped: clusterScoped ?? false,
    };
    return this.watches(kind, ownerMapper(this.#options.kind, owner), rest);
  }

  /** A change of an object of the kind reconciles those that the mapper names. */
  watches<S extends KubeObject>(
    kind: ResourceKind<S>,
    mapper: Mapper<S>,
    options: WatchesOptions<S> = {},
  ): ControllerBuilder<T> {
    const { predicate, ...selection } = options;
    const watched = {
      kind,
      mapper,
      selection,
      ...(predicate ? { predicate } : {}),
    } as unknown as WatchedKind;
    return this.#with({ watches: [...(this.#options.watches ?? []), watched] });
  }

  /** Keeps the kind in the cache, so that the reconciler can read it; its changes cause no run. */
  reads<S extends KubeObject>(kind: ResourceKind<S>, selection: WatchSelection = {}): ControllerBuilder<T> {
    return this.#with({ watches: [...(this.#options.watches ?? []), { kind, selection }] });
  }

  /** An index over the controller's own kind, for `cache.byIndex` and `indexMapper`. */
  indexedBy(name: string, valuesOf: IndexFunction<T>): ControllerBuilder<T> {
    return this.#with({ indexes: { ...this.#options.indexes, [name]: valuesOf } });
  }

  /** How many objects are reconciled at a time. @default 1 */
  concurrency(workers: number): ControllerBuilder<T> {
    return this.#with({ concurrency: workers });
  }

  /** A run is told to end after this time. @default none */
  timeout(timeoutMs: number): ControllerBuilder<T> {
    return this.#with({ timeoutMs });
  }

  /** The delays after failures: doubled from `minDelayMs` up to `maxDelayMs`. @default 750 ms and 15 min */
  retries(delays: { readonly minDelayMs?: number; readonly maxDelayMs?: number }): ControllerBuilder<T> {
    return this.#with({ retries: delays });
  }

  /**
   * Says how long failed objects wait, in place of {@link ControllerBuilder.retries}: for example
   * `new SlowestOf(new ItemBackoff(), new RetryBudget({ perSecond: 10 }))`.
   */
  rateLimited(rateLimiter: RateLimiter<string>): ControllerBuilder<T> {
    return this.#with({ rateLimiter });
  }

  /** Spreads every `requeueAfterMs` by up to this many percent either way. @default 0 */
  jittered(percent: number): ControllerBuilder<T> {
    return this.#with({ jitterPercent: percent });
  }

  /**
   * A run begins when the cache has what the runs before it wrote with `context.client`, of any object; see
   * {@link ControllerOptions.seesOwnWrites}. Without it, `context.wrote` does that for one object. @default false
   */
  seeingOwnWrites(): ControllerBuilder<T> {
    return this.#with({ seesOwnWrites: true });
  }

  /** Runs on every replica, whether it leads or not. @default false */
  withoutLeader(): ControllerBuilder<T> {
    return this.#with({ needsLeader: false });
  }

  /** Other reasons for runs than watches: called at the start, ended by the signal. */
  triggeredBy(source: TriggerSource): ControllerBuilder<T> {
    return this.#with({ triggers: [...(this.#options.triggers ?? []), source] });
  }

  /** The name in logs and metrics. */
  get name(): string {
    return this.#options.name ?? this.#options.kind.kind.toLowerCase();
  }

  /** The controller, with what it works with. A manager does this. */
  create(environment: ControllerEnvironment): Controller<T> {
    return new Controller(this.#options, environment);
  }

  /** The description so far. */
  build(): ControllerOptions<T> {
    return this.#options;
  }

  #with(options: Partial<ControllerOptions<T>>): ControllerBuilder<T> {
    return new ControllerBuilder({ ...this.#options, ...options });
  }
}

/**
 * Starts the description of a controller of a kind.
 *
 * @example
 * ```ts
 * import { controller, kindOf, requeueAfter } from '@gitops-toolkit/runtime';
 * const ConfigMap = kindOf('v1', 'ConfigMap');
 * const greeter = controller(ConfigMap, async (object, { log }) => {
 *   log.info(`hello ${object.metadata.name}`);
 *   return requeueAfter(60_000);
 * }).named('greeter').concurrency(4);
 * console.log(greeter.build().name); // greeter
 * ```
 */
export function controller<T extends KubeObject>(
  kind: ResourceKind<T>,
  reconciler: Reconciler<T> | ReconcileFunction<T>,
): ControllerBuilder<T> {
  return new ControllerBuilder<T>({
    kind,
    reconciler: typeof reconciler === 'function' ? { reconcile: reconciler } : reconciler,
  });
}
