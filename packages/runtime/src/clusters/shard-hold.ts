import { aborted, errorMessage, sha256Hex } from '@gitops-toolkit/core';
import { isNotFound } from '@gitops-toolkit/kube';

import { type Leadership, LeaseElector } from '../election/lease-elector.ts';
import { leaseKind } from '../election/lease-record.ts';
import { RuntimeError } from '../errors.ts';
import { LinkedSignal } from '../linked-signal.ts';
import type { ClusterDefinition, ClusterTarget } from './cluster-provider.ts';
import type { PeersOptions } from './peers.ts';
import { leaseName } from './sharding-options.ts';

/** What a provider last said of a cluster. */
export type ShardWish = ClusterDefinition | { readonly error: unknown } | undefined;

/**
 * One cluster, for a replica that shares them with others: engaged while it is this replica's and its lease is held. A cluster
 * that becomes another's is dropped first, and its lease given back then, so that no two work on it at a time, whatever
 * each of them takes for the peers.
 */
export class ShardHold {
  readonly #name: string;
  readonly #lease: string;
  readonly #target: ClusterTarget;
  readonly #options: Omit<PeersOptions, 'onChange'>;
  #wish: ShardWish;
  #ours: AbortController | undefined;
  #leadership: Leadership | undefined;
  #working: Promise<void> = Promise.resolve();

  constructor(name: string, target: ClusterTarget, options: Omit<PeersOptions, 'onChange'>) {
    this.#name = name;
    this.#lease = leaseName(options.name, 'shard', sha256Hex(name));
    this.#target = target;
    this.#options = options;
  }

  /** Resolves when nothing goes on that was begun so far. */
  get idle(): Promise<void> {
    return this.#working;
  }

  get wish(): ShardWish {
    return this.#wish;
  }

  /** Says what is wanted of the cluster, and whether it is this replica's. */
  set(wish: ShardWish, isOurs: boolean): void {
    this.#wish = wish;
    const shouldHold = wish !== undefined && isOurs;
    if (shouldHold && !this.#ours) {
      const ours = (this.#ours = new AbortController());
      this.#working = this.#working.then(() => this.#work(ours.signal));
    } else if (!shouldHold && this.#ours) {
      const why = wish === undefined ? 'the cluster is gone' : 'the cluster is with another replica';
      this.#ours.abort(new RuntimeError('RUNTIME_CLUSTER_DROPPED', why, { retry: 'backoff' }));
      this.#ours = undefined;
    } else if (this.#leadership) this.#tell(this.#leadership);
  }

  async #work(ours: AbortSignal): Promise<void> {
    const { namespace } = this.#options;
    while (!ours.aborted) {
      const elector = new LeaseElector({ ...this.#options, namespace, name: this.#lease });
      const leadership = await elector.acquire({ signal: ours }).catch(() => undefined);
      if (!leadership) return;
      this.#leadership = leadership;
      this.#tell(leadership);
      using either = new LinkedSignal(ours, leadership.lost);
      await aborted(either.signal);
      this.#leadership = undefined;
      await this.#giveUp(leadership, either.signal.reason as Error);
    }
  }

  #tell({ token }: Leadership): void {
    const wish = this.#wish;
    if (!wish) return;
    if ('error' in wish) this.#target.reject(this.#name, wish.error);
    else this.#target.engage({ ...wish, fencingToken: token });
  }

  async #giveUp(leadership: Leadership, reason: Error): Promise<void> {
    if (leadership.lost.aborted) {
      // Half of what is left until another may hold the lease is for the runs, half for what follows.
      const { leaseDurationMs = 15_000, renewDeadlineMs = 10_000 } = this.#options;
      const drainTimeoutMs = (leaseDurationMs - renewDeadlineMs) / 2;
      await this.#target.drop(this.#name, { reason, drainTimeoutMs });
      leadership.abandon();
      return;
    }
    await this.#target.drop(this.#name, { reason });
    await leadership.release();
    if (this.#wish === undefined) await this.#deleteLease();
  }

  async #deleteLease(): Promise<void> {
    const { client, namespace, logger } = this.#options;
    try {
      await client.delete({ ...leaseKind, namespace, name: this.#lease }, { timeoutMs: 5000 });
    } catch (error) {
      if (!isNotFound(error)) logger.debug('a lease could not be deleted', { reason: errorMessage(error) });
    }
  }
}
