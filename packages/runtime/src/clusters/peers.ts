import {
  type Clock,
  errorMessage,
  type KubeObject,
  type Logger,
  sha256Hex,
  sleep,
} from '@gitops-toolkit/core';
import { isConflict, isNotFound } from '@gitops-toolkit/kube';

import { LeaseElector } from '../election/lease-elector.ts';
import { leaseKind, readLease } from '../election/lease-record.ts';
import { LinkedSignal } from '../linked-signal.ts';
import { leaseName, type ShardingOptions } from './sharding-options.ts';

/** What {@link Peers} work with. */
export interface PeersOptions extends ShardingOptions {
  readonly identity: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called when a peer came or went. */
  readonly onChange: () => void;
}

const peerLabel = 'runtime.gitops-toolkit.dev/peers';
/** So many durations after a lease has expired nobody comes back to it. */
const forgottenAfter = 10;

/** The replicas that are alive: each holds a lease of its own. */
export class Peers {
  readonly #options: PeersOptions;
  readonly #ownLease: string;
  readonly #elector: LeaseElector;
  /** When each lease was first seen as it is, by our own clock. */
  readonly #seen = new Map<string, { readonly version: string | undefined; readonly at: number }>();
  #live: readonly string[] = [];

  /** @throws RuntimeError RUNTIME_OPTION_INVALID where the times do not fit together */
  constructor(options: PeersOptions) {
    this.#options = options;
    this.#ownLease = leaseName(options.name, 'peer', sha256Hex(options.identity));
    this.#elector = new LeaseElector({
      ...options,
      name: this.#ownLease,
      labels: { [peerLabel]: options.name },
    });
  }

  /** The identities of the replicas that are alive; this one is among them while it is known to the others. */
  get live(): readonly string[] {
    return this.#live;
  }

  /** Is a peer until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const membership = await this.#elector.acquire({ signal }).catch(() => undefined);
      if (!membership) return;
      using either = new LinkedSignal(signal, membership.lost);
      await this.#follow(either.signal);
      this.#set(this.#live.filter((peer) => peer !== this.#options.identity));
      await membership.release();
      if (signal.aborted) await this.#delete(this.#ownLease);
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { clock, logger, retryPeriodMs = 2000 } = this.#options;
    while (!signal.aborted) {
      try {
        const leases = await this.#leases(signal);
        if (!signal.aborted) this.#set(await this.#livingOf(leases));
      } catch (error) {
        // Who was alive is taken to be so: without leases of their own, nobody touches a cluster anyway.
        if (!signal.aborted) logger.debug('the peers could not be read', { reason: errorMessage(error) });
      }
      await sleep(retryPeriodMs, { clock, signal }).catch(() => {});
    }
  }

  async #leases(signal: AbortSignal): Promise<KubeObject[]> {
    const { client, namespace, name } = this.#options;
    const leases: KubeObject[] = [];
    const selection = { namespace, labelSelector: `${peerLabel}=${name}`, signal };
    for await (const lease of client.listAll(leaseKind, selection)) leases.push(lease);
    return leases;
  }

  async #livingOf(leases: readonly KubeObject[]): Promise<string[]> {
    const now = this.#options.clock.monotonic();
    const living: string[] = [];
    const names = new Set<string>();
    for (const lease of leases) {
      const { name = '', resourceVersion: version } = lease.metadata;
      const { holder, durationSeconds } = readLease(lease);
      const before = this.#seen.get(name);
      const seen = before && before.version === version ? before : { version, at: now };
      const durationMs = durationSeconds * 1000;
      names.add(name);
      this.#seen.set(name, seen);
      if (now - seen.at > durationMs * forgottenAfter) await this.#delete(name, version);
      else if (holder !== '' && now - seen.at <= durationMs) living.push(holder);
    }
    for (const name of this.#seen.keys()) if (!names.has(name)) this.#seen.delete(name);
    return living.toSorted();
  }

  /** @param resourceVersion only the lease that nobody has renewed since */
  async #delete(name: string, resourceVersion?: string): Promise<void> {
    const { client, namespace, logger } = this.#options;
    try {
      const preconditions = resourceVersion === undefined ? {} : { resourceVersion };
      await client.delete({ ...leaseKind, namespace, name }, { preconditions, timeoutMs: 5000 });
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error))
        logger.debug('a lease could not be deleted', { name, reason: errorMessage(error) });
    }
  }

  #set(live: readonly string[]): void {
    if (live.join('\n') === this.#live.join('\n')) return;
    this.#options.logger.info('peers', { live });
    this.#live = live;
    this.#options.onChange();
  }
}
