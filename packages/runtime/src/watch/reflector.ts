import {
  type Clock,
  errorMessage,
  findToolkitError,
  type KubeObject,
  type Logger,
  silentLogger,
  sleep,
  systemClock,
} from '@gitops-toolkit/core';
import { KubeError, type WatchEvent } from '@gitops-toolkit/kube';

import { LinkedSignal } from '../linked-signal.ts';
import { Backoff, type BackoffOptions } from './backoff.ts';
import { IdleWatchdog } from './idle-watchdog.ts';
import type { ListWatch } from './list-watch.ts';
import { listEverything } from './list-everything.ts';
import { classifyFailure, endedEarly, isSilence, silence } from './watch-failure.ts';

/**
 * Where a {@link Reflector} is.
 *
 * `streaming` and `listing` get the whole state; `watching` follows it; `backoff` waits after a
 * failure, while what was got before stays in use.
 */
export type ReflectorState = 'idle' | 'streaming' | 'listing' | 'watching' | 'backoff' | 'stopped';

/** Receives what a {@link Reflector} sees. */
export interface ReflectorTarget<T extends KubeObject> {
  /**
   * Makes an object of a whole state smaller as soon as it arrives. `replace` is given what this gives: what is
   * dropped here needs no memory while the rest is awaited.
   */
  prepare?(object: T): T;
  /** The whole state; what is not in it is gone. */
  replace(objects: readonly T[]): void;
  set(object: T): void;
  delete(object: T): void;
  /** The state is complete up to the reflector's version. Called after each of the others, and for bookmarks. */
  advance(): void;
}

/** What a {@link Reflector} is made of. */
export interface ReflectorOptions<T extends KubeObject> {
  readonly source: ListWatch<T>;
  readonly target: ReflectorTarget<T>;
  /** Get the first state as a stream: the server then needs no memory for a whole list. @default true */
  readonly streamInitial?: boolean;
  /** A watch that is silent for so long is dead: servers send a bookmark about once a minute. @default 120 000 */
  readonly idleLimitMs?: number;
  /** An initial stream that is silent for so long is not going to end: the server does not know it. @default 30 000 */
  readonly initialIdleLimitMs?: number;
  readonly backoff?: Omit<BackoffOptions, 'clock' | 'random'>;
  readonly logger?: Logger;
  readonly clock?: Clock;
  readonly random?: () => number;
}

const initialEventsEnd = 'k8s.io/initial-events-end';
/** A watch that ends sooner than this, and without an event, did not work. */
const shortWatchMs = 1000;
const failuresToReport = 3;

/**
 * Keeps a target equal to what a list and a watch say, for ever: whatever fails is tried again,
 * with growing delays, and nothing but its signal ends it.
 */
export class Reflector<T extends KubeObject> {
  readonly #options: ReflectorOptions<T>;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #logger: Logger;
  readonly #backoff: Backoff;
  #state: ReflectorState = 'idle';
  #resourceVersion: string | undefined;
  #needsState = true;
  #versionIsUsable = true;
  #streams: boolean;
  #synced = false;
  #lastEventAt: number | undefined;
  #lastError: unknown;
  /** When the server began to answer the present watch. */
  #openedAt: number | undefined;
  /** A change came over a watch since the last failure. */
  #hasFollowed = false;
  #watches = 0;
  #relists = 0;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#logger = options.logger ?? silentLogger;
    this.#streams = options.streamInitial ?? true;
    this.#backoff = new Backoff({ ...options.backoff, clock: this.#clock, random: this.#random });
  }

  get state(): ReflectorState {
    return this.#state;
  }

  /** Whether the target has had the whole state once. */
  get synced(): boolean {
    return this.#synced;
  }

  /** The version up to which the target is complete. */
  get resourceVersion(): string | undefined {
    return this.#resourceVersion;
  }

  /** When the server was last heard of, bookmarks included: monotonic milliseconds. */
  get lastEventAt(): number | undefined {
    return this.#lastEventAt;
  }

  /** What failed last; `undefined` again once a list or watch works. */
  get lastError(): unknown {
    return this.#lastError;
  }

  /** Watches that were begun after the first one. */
  get restarts(): number {
    return Math.max(0, this.#watches - 1);
  }

  /** Whole states that were got after the first one. */
  get relists(): number {
    return this.#relists;
  }

  /** Runs until the signal is aborted, and then resolves. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#step(signal);
      } catch (error) {
        if (!signal.aborted) await this.#recover(error, signal);
      }
    }
    this.#state = 'stopped';
  }

  async #step(signal: AbortSignal): Promise<void> {
    if (!this.#needsState) await this.#follow(signal);
    else if (this.#streams) await this.#stream(signal);
    else await this.#list(signal);
  }

  /** Gets the state as a stream of additions, and goes on watching on the same connection. */
  async #stream(signal: AbortSignal): Promise<void> {
    this.#state = 'streaming';
    const received = new Map<string, T>();
    await this.#watch({ sendInitialEvents: true }, signal, (event) => {
      if (this.#state === 'watching') return this.#handle(event);
      const { object } = event;
      const key = `${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}`;
      if (event.type === 'DELETED') received.delete(key);
      else if (event.type !== 'BOOKMARK') received.set(key, this.#prepare(object));
      else if (object.metadata.annotations?.[initialEventsEnd] === 'true') {
        this.#replace([...received.values()], object.metadata.resourceVersion);
        received.clear();
        this.#state = 'watching';
      }
    });
    if (this.#needsState) throw endedEarly('before its initial events were complete');
  }

  async #list(signal: AbortSignal): Promise<void> {
    this.#state = 'listing';
    const resourceVersion = this.#versionIsUsable ? (this.#resourceVersion ?? '0') : '';
    const prepare = (object: T): T => this.#prepare(object);
    const list = await listEverything(this.#options.source, { resourceVersion, signal, prepare });
    this.#replace(list.objects, list.resourceVersion);
  }

  async #follow(signal: AbortSignal): Promise<void> {
    this.#state = 'watching';
    const resourceVersion = this.#resourceVersion;
    await this.#watch(resourceVersion ? { resourceVersion } : {}, signal, (event) => this.#handle(event));
  }

  async #watch(
    request: { readonly resourceVersion?: string; readonly sendInitialEvents?: boolean },
    signal: AbortSignal,
    onEvent: (event: WatchEvent<T>) => void,
  ): Promise<void> {
    const stalled = new AbortController();
    using either = new LinkedSignal(signal, stalled.signal);
    using watchdog = new IdleWatchdog({
      clock: this.#clock,
      limitMs: this.#idleLimitMs,
      onIdle: () => stalled.abort(silence(this.#idleLimitMs)),
    });
    const startedAt = this.#clock.monotonic();
    this.#watches++;
    this.#openedAt = undefined;
    let events = 0;
    const stream = this.#options.source.watch({
      ...request,
      // The server ends the watch, at a time that spreads the load of many.
      timeoutSeconds: Math.round(300 + 300 * this.#random()),
      onOpen: () => this.#open(),
      signal: either.signal,
    });
    for await (const event of stream) {
      events++;
      this.#lastEventAt = this.#clock.monotonic();
      this.#open();
      onEvent(event);
      watchdog.touch(this.#idleLimitMs);
    }
    if (events === 0 && !signal.aborted && this.#clock.monotonic() - startedAt < shortWatchMs) {
      throw endedEarly('at once and without an event');
    }
  }

  #prepare(object: T): T {
    return this.#options.target.prepare?.(object) ?? object;
  }

  #open(): void {
    this.#openedAt ??= this.#clock.monotonic();
    this.#lastError = undefined;
  }

  get #idleLimitMs(): number {
    const { idleLimitMs = 120_000, initialIdleLimitMs = 30_000 } = this.#options;
    return this.#state === 'streaming' ? initialIdleLimitMs : idleLimitMs;
  }

  #handle(event: WatchEvent<T>): void {
    const { target } = this.#options;
    this.#hasFollowed = true;
    if (event.type === 'DELETED') target.delete(event.object);
    else if (event.type !== 'BOOKMARK') target.set(event.object);
    this.#advance(event.object.metadata.resourceVersion);
  }

  #replace(objects: readonly T[], resourceVersion: string | undefined): void {
    this.#options.target.replace(objects);
    if (this.#synced) this.#relists++;
    this.#synced = true;
    this.#needsState = false;
    this.#versionIsUsable = true;
    this.#lastError = undefined;
    this.#lastEventAt = this.#clock.monotonic();
    this.#advance(resourceVersion);
  }

  #advance(resourceVersion: string | undefined): void {
    if (resourceVersion) this.#resourceVersion = resourceVersion;
    this.#options.target.advance();
  }

  async #recover(error: unknown, signal: AbortSignal): Promise<void> {
    const whileStreaming = this.#state === 'streaming';
    const isBreak = this.#isBreakOfGoodWatch(error);
    this.#lastError = error;
    if (this.#hasFollowed || isBreak) this.#backoff.reset();
    this.#hasFollowed = false;
    if (isBreak) {
      this.#logger.debug('the connection of the watch broke; watching again', {
        reason: errorMessage(error),
      });
      return;
    }
    const failure =
      isSilence(error) && whileStreaming ? 'streaming-refused' : classifyFailure(error, { whileStreaming });
    if (failure === 'streaming-refused') {
      this.#streams = false;
      this.#logger.debug('the server does not stream initial lists; listing in pages', {
        reason: errorMessage(error),
      });
      return;
    }
    if (failure !== 'temporary') {
      this.#needsState = true;
      this.#versionIsUsable = false;
    }
    this.#state = 'backoff';
    const waitMs = Math.max(this.#backoff.next(), findToolkitError(error)?.retryAfterMs ?? 0);
    // One failure is everyday business; several in a row are somebody's problem.
    const level = this.#backoff.failures >= failuresToReport ? 'error' : 'debug';
    this.#logger[level]('the watch failed; trying again', { failure, waitMs, reason: errorMessage(error) });
    await sleep(waitMs, { clock: this.#clock, signal }).catch(() => {});
  }

  /**
   * Proxies cut connections, and servers restart: a watch that had worked is begun again as if the server had
   * ended it. With a delay that grew each time, a cut every minute would leave the target behind for half of it.
   */
  #isBreakOfGoodWatch(error: unknown): boolean {
    const isAnswer = error instanceof KubeError && error.code === 'KUBE_STATUS';
    if (this.#state !== 'watching' || this.#openedAt === undefined || isAnswer) return false;
    return this.#clock.monotonic() - this.#openedAt >= shortWatchMs;
  }
}
