import { errorMessage, type Logger } from '@gitops-toolkit/core';

import { RuntimeError } from '../errors.ts';
import type { ClusterStatus } from './cluster.ts';
import type { ClusterDefinition, DropOptions } from './cluster-provider.ts';
import type { EngagedCluster } from './engaged-cluster.ts';

/** Makes a cluster that is ready to be started. */
export type Engage = (definition: ClusterDefinition) => EngagedCluster;

/** What is wanted of a name. */
type Wish = ClusterDefinition | { readonly error: unknown } | undefined;

/**
 * The place of one name in a fleet. It brings what is engaged in line with what was last wanted, one step after the other:
 * what comes in place of a cluster begins when the runs of the one before have ended, so that no object is
 * reconciled twice at a time.
 */
export class ClusterSlot {
  readonly #name: string;
  readonly #engage: Engage;
  readonly #logger: Logger;
  #wish: Wish;
  #current: { readonly wish: ClusterDefinition; readonly cluster: EngagedCluster } | undefined;
  #reason: Error = dropped('the cluster is gone');
  #drainTimeoutMs: number | undefined;
  #settling: Promise<void> | undefined;

  constructor(name: string, options: { readonly engage: Engage; readonly logger: Logger }) {
    this.#name = name;
    this.#engage = options.engage;
    this.#logger = options.logger.with({ cluster: name });
  }

  /** The cluster, while it is engaged and not told to stop. */
  get cluster(): EngagedCluster | undefined {
    return this.#current && this.#current.wish === this.#wish ? this.#current.cluster : undefined;
  }

  /** The cluster, until it has ended. */
  get engaged(): EngagedCluster | undefined {
    return this.#current?.cluster;
  }

  /** Whether nothing is wanted, and nothing left. */
  get isEmpty(): boolean {
    return this.#wish === undefined && this.#current === undefined;
  }

  get status(): ClusterStatus {
    if (this.#current) return this.#current.cluster.status;
    const wish = this.#wish;
    if (wish && 'error' in wish) return { name: this.#name, state: 'invalid', error: wish.error };
    return { name: this.#name, state: 'starting' };
  }

  /** Engages a cluster, in place of what was engaged. */
  engage(definition: ClusterDefinition): Promise<void> {
    if (this.#wish && 'revision' in this.#wish && this.#wish.revision === definition.revision)
      return this.#settled;
    return this.#want(definition, dropped('the cluster has another configuration'));
  }

  /** Says that it cannot be engaged. */
  reject(error: unknown): Promise<void> {
    this.#logger.error('the cluster cannot be engaged', { error, reason: errorMessage(error) });
    return this.#want({ error }, dropped('the cluster has no valid configuration', error));
  }

  /** Resolves when nothing of the cluster is left. */
  drop({ reason = dropped('the cluster is gone'), drainTimeoutMs }: DropOptions = {}): Promise<void> {
    return this.#want(undefined, reason, drainTimeoutMs);
  }

  get #settled(): Promise<void> {
    return this.#settling ?? Promise.resolve();
  }

  #want(wish: Wish, reason: Error, drainTimeoutMs?: number): Promise<void> {
    this.#wish = wish;
    this.#reason = reason;
    this.#drainTimeoutMs = drainTimeoutMs;
    this.#settling ??= this.#settle();
    return this.#settling;
  }

  async #settle(): Promise<void> {
    // Until `#settling` is set, which its end takes back.
    await Promise.resolve();
    for (;;) {
      if (this.#current && this.#current.wish !== this.#wish) {
        const drainTimeoutMs = this.#drainTimeoutMs;
        await this.#current.cluster.stop(
          this.#reason,
          drainTimeoutMs === undefined ? {} : { drainTimeoutMs },
        );
        this.#current = undefined;
        this.#logger.info('cluster dropped', { reason: this.#reason.message });
      }
      const wish = this.#wish;
      if (this.#current || !wish || 'error' in wish) break;
      this.#start(wish);
    }
    this.#settling = undefined;
  }

  #start(wish: ClusterDefinition): void {
    try {
      const cluster = this.#engage(wish);
      this.#current = { wish, cluster };
      cluster.start();
      this.#logger.info('cluster engaged');
    } catch (error) {
      this.#logger.error('the cluster cannot be engaged', { error, reason: errorMessage(error) });
      this.#wish = { error };
    }
  }
}

function dropped(message: string, cause?: unknown): RuntimeError {
  return new RuntimeError('RUNTIME_CLUSTER_DROPPED', message, {
    retry: 'backoff',
    ...(cause !== undefined && { cause }),
  });
}
