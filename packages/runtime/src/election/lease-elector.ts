import {
  type Clock,
  errorMessage,
  isEqual,
  type KubeObject,
  type Logger,
  silentLogger,
  sleep,
  systemClock,
} from '@gitops-toolkit/core';
import { isAlreadyExists, isConflict, type KubeClient } from '@gitops-toolkit/kube';

import { RuntimeError } from '../errors.ts';
import { LinkedSignal } from '../linked-signal.ts';
import { leaseKind, type LeaseRecord, microTime, readLease, writeLease } from './lease-record.ts';

/** Which lease is held by whom, and the times of the election. */
export interface LeaseElectorOptions {
  readonly client: Pick<KubeClient, 'create' | 'find' | 'update'>;
  readonly name: string;
  readonly namespace: string;
  /** What a lease that is made here is labelled with. @default nothing */
  readonly labels?: Readonly<Record<string, string>>;
  /** Tells this replica from the others; no two may have the same. */
  readonly identity: string;
  /** How long others wait for a leader that went silent. @default 15 000 */
  readonly leaseDurationMs?: number;
  /** When a leader that cannot renew gives up; shorter than `leaseDurationMs`. @default 10 000 */
  readonly renewDeadlineMs?: number;
  /** The time between tries. @default 2000 */
  readonly retryPeriodMs?: number;
  readonly logger?: Logger;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** Called before each read of the lease: a leader that nobody disturbs reads it never again. */
  readonly onRead?: () => void;
}

/** The time during which a replica leads. */
export interface Leadership {
  /**
   * Grows with every change of leader: who sees a write with a higher one knows that ours are of the past.
   */
  readonly token: number;
  /**
   * Whether the lease has not expired by this process's own clock. `lost` comes by a timer, which may be late where
   * the whole process stood still; this is the last word before a write.
   */
  readonly isHeld: boolean;
  /** Aborted when the lease could not be renewed in time, or somebody else took it. */
  readonly lost: AbortSignal;
  /** Gives the lease back, so that another replica need not wait for it to expire. */
  release(): Promise<void>;
  /** Stops to renew, and leaves the lease to expire. */
  abandon(): void;
}

type Seen = { readonly lease: KubeObject; readonly record: LeaseRecord; readonly at: number };

/**
 * Lets one of several replicas lead, by a `Lease` in the cluster.
 *
 * Whether another's lease has expired is judged by how long our own monotonic clock has not seen
 * it change: the clocks of two machines are never compared.
 */
export class LeaseElector {
  readonly #options: LeaseElectorOptions;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #leaseDurationMs: number;
  readonly #renewDeadlineMs: number;
  readonly #retryPeriodMs: number;
  #seen: Seen | undefined;
  /**
   * When the write began that last got or renewed the lease. Others count from when it was carried out, which
   * may have been long before its answer came.
   */
  #writtenAt = 0;

  /** @throws RuntimeError RUNTIME_OPTION_INVALID where the times do not fit together */
  constructor(options: LeaseElectorOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#log = (options.logger ?? silentLogger).with({ lease: `${options.namespace}/${options.name}` });
    this.#leaseDurationMs = options.leaseDurationMs ?? 15_000;
    this.#renewDeadlineMs = options.renewDeadlineMs ?? 10_000;
    this.#retryPeriodMs = options.retryPeriodMs ?? 2000;
    const fits =
      this.#retryPeriodMs * 1.2 < this.#renewDeadlineMs && this.#renewDeadlineMs < this.#leaseDurationMs;
    if (!fits || this.#leaseDurationMs < 1000 || options.identity === '') {
      throw new RuntimeError(
        'RUNTIME_OPTION_INVALID',
        'an election needs an identity, and retryPeriodMs (with 20 % to spare) < renewDeadlineMs < leaseDurationMs of at least 1 s',
      );
    }
  }

  /** Waits until this replica leads; rejects with the signal's reason. */
  async acquire(options: { readonly signal: AbortSignal }): Promise<Leadership> {
    const { signal } = options;
    for (;;) {
      signal.throwIfAborted();
      if (await this.#try(signal)) break;
      // Replicas that try in step would collide every time.
      const waitMs = this.#retryPeriodMs * (1 + 0.2 * (this.#options.random ?? Math.random)());
      await sleep(waitMs, { clock: this.#clock, signal });
    }
    const token = this.#seen?.record.transitions ?? 0;
    this.#log.info('this replica leads', { identity: this.#options.identity, token });
    return this.#lead(token);
  }

  #lead(token: number): Leadership {
    const lost = new AbortController();
    const stopped = new AbortController();
    const renewing = this.#renew(lost, stopped.signal);
    const isHeld = (): boolean =>
      !lost.signal.aborted && this.#clock.monotonic() < this.#writtenAt + this.#leaseDurationMs;
    return {
      token,
      get isHeld(): boolean {
        return isHeld();
      },
      lost: lost.signal,
      abandon: () => stopped.abort(),
      release: async () => {
        stopped.abort();
        await renewing;
        if (!lost.signal.aborted) await this.#release();
      },
    };
  }

  /** Renews until stopped. The deadline has a timer of its own, since a request may hang. */
  async #renew(lost: AbortController, stopped: AbortSignal): Promise<void> {
    const lose = (why: string): void => {
      if (lost.signal.aborted || stopped.aborted) return;
      this.#log.error('the lease is lost', { identity: this.#options.identity, reason: why });
      lost.abort(new RuntimeError('RUNTIME_LEASE_LOST', `the lease is lost: ${why}`, { retry: 'backoff' }));
    };
    const arm = (): (() => void) =>
      this.#clock.setTimeout(
        () => lose(`not renewed for ${this.#renewDeadlineMs} ms`),
        this.#writtenAt + this.#renewDeadlineMs - this.#clock.monotonic(),
      );
    let disarm = arm();
    using linked = new LinkedSignal(lost.signal, stopped);
    const ended = linked.signal;
    while (!ended.aborted) {
      await sleep(this.#retryPeriodMs, { clock: this.#clock, signal: ended }).catch(() => {});
      if (ended.aborted) break;
      if (await this.#try(ended)) {
        disarm();
        disarm = arm();
      } else if (this.#isHeldByOther()) {
        lose(`${this.#seen?.record.holder ?? 'another replica'} has taken it`);
      }
    }
    disarm();
  }

  #isHeldByOther(): boolean {
    const holder = this.#seen?.record.holder ?? '';
    return holder !== '' && holder !== this.#options.identity;
  }

  /** Gets or renews the lease. Failures of the request are a `false`: the caller tries again. */
  async #try(signal: AbortSignal): Promise<boolean> {
    try {
      if (this.#seen?.record.holder === this.#options.identity && (await this.#renewSeen(this.#seen, signal)))
        return true;
      this.#options.onRead?.();
      return await this.#readAndWrite(signal);
    } catch (error) {
      const isRace = isConflict(error) || isAlreadyExists(error);
      if (!isRace && !signal.aborted)
        this.#log.debug('the lease could not be reached', { reason: errorMessage(error) });
      return false;
    }
  }

  /** A leader that nobody disturbed needs no read. */
  async #renewSeen({ lease, record }: Seen, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#write({ ...record, ...this.#renewal(), acquireTime: record.acquireTime }, lease, signal);
      return true;
    } catch (error) {
      if (isConflict(error)) return false;
      throw error;
    }
  }

  async #readAndWrite(signal: AbortSignal): Promise<boolean> {
    const { client, name, namespace, identity, labels } = this.#options;
    const lease = await client.find({ ...leaseKind, name, namespace }, this.#call(signal));
    const renewal = this.#renewal();
    if (!lease) {
      const record = { ...renewal, holder: identity, acquireTime: renewal.renewTime, transitions: 0 };
      const lease = writeLease(record, { metadata: { name, namespace, ...(labels && { labels }) } });
      await this.#written(() => client.create(lease, this.#call(signal)));
      return true;
    }
    const { record, at } = this.#see(lease);
    const expiresAt = at + record.durationSeconds * 1000;
    if (this.#isHeldByOther() && expiresAt > this.#clock.monotonic()) return false;
    const isOurs = record.holder === identity;
    const next = {
      ...renewal,
      holder: identity,
      acquireTime: isOurs ? record.acquireTime : renewal.renewTime,
      transitions: isOurs ? record.transitions : record.transitions + 1,
    };
    await this.#write(next, lease, signal);
    return true;
  }

  async #write(record: LeaseRecord, on: KubeObject, signal: AbortSignal): Promise<void> {
    const { client } = this.#options;
    await this.#written(() => client.update(writeLease(record, on), this.#call(signal)));
  }

  async #written(write: () => Promise<KubeObject>): Promise<void> {
    const began = this.#clock.monotonic();
    this.#see(await write());
    this.#writtenAt = began;
  }

  /** Remembers a lease, and when it was first seen as it is. */
  #see(lease: KubeObject): Seen {
    const record = readLease(lease);
    const at = this.#seen && isEqual(this.#seen.record, record) ? this.#seen.at : this.#clock.monotonic();
    return (this.#seen = { lease, record, at });
  }

  #renewal(): { readonly durationSeconds: number; readonly renewTime: string } {
    return {
      durationSeconds: Math.ceil(this.#leaseDurationMs / 1000),
      renewTime: microTime(this.#clock.now()),
    };
  }

  async #release(): Promise<void> {
    const seen = this.#seen;
    if (seen?.record.holder !== this.#options.identity) return;
    const now = microTime(this.#clock.now());
    const record = { ...seen.record, holder: '', durationSeconds: 1, acquireTime: now, renewTime: now };
    try {
      await this.#write(record, seen.lease, new AbortController().signal);
      this.#log.info('the lease is given back', { identity: this.#options.identity });
    } catch (error) {
      // The others wait until it expires; there is nothing else to be done about it.
      this.#log.error('the lease could not be given back', { error });
    }
  }

  #call(signal: AbortSignal): { readonly signal: AbortSignal; readonly timeoutMs: number } {
    return { signal, timeoutMs: Math.max(1000, Math.floor(this.#renewDeadlineMs / 2)) };
  }
}
