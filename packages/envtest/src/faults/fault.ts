import type { RequestVerb } from './request-verb.ts';

/** What a rule for faults sees of a request. */
export interface FaultRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** What the request is to the API: `list` and `watch` are both GET. */
  readonly verb: RequestVerb;
  /** The name of the user, after impersonation. Known to the embedded server only. */
  readonly user?: string;
}

/** An answer in place of the server's own. */
export interface FaultStatus {
  readonly code: number;
  readonly reason?: string;
  /** @default 'injected fault' */
  readonly message?: string;
  /** Sent as `Retry-After` as well. */
  readonly retryAfterSeconds?: number;
}

/** How and when a watch comes to its end. */
export interface WatchEnd {
  /** So many events reach the client, bookmarks and initial ones included; the end comes in place of the next. */
  readonly afterEvents: number;
  /**
   * `dropped`: the connection breaks between two events. `torn`: it breaks in the middle of one. `expired`: an
   * `ERROR` event with the status 410. `closed`: the answer ends in good order. `stalled`: the connection stays open,
   * and nothing comes over it any more, bookmarks neither.
   */
  readonly end: 'dropped' | 'torn' | 'expired' | 'closed' | 'stalled';
}

/** What goes wrong with a request. What is set happens in the order of the fields. */
export interface Fault {
  /** Time that passes before anything else happens. */
  readonly delayMs?: number;
  /** Ends the connection; the request is not carried out. */
  readonly drop?: boolean;
  /** The answer in place of the server's own; the request is not carried out. */
  readonly status?: FaultStatus;
  /**
   * The request is carried out, and then the connection ends: without an answer (`lost`), or in the middle of the
   * answer's body (`torn`).
   */
  readonly answer?: 'lost' | 'torn';
  /** Ends the watch that is asked for. Other requests are not touched. */
  readonly watch?: WatchEnd;
  /** Forgets the history before the request is carried out, as etcd's compaction does. The embedded server only. */
  readonly compact?: boolean;
  /**
   * A list that takes what a cache has (`resourceVersion=0`, or not older than a version) is answered as things were so
   * many changes ago, as by a replica of the API server that lags behind. The embedded server only.
   */
  readonly staleBy?: number;
}

/** Asked for each request whether something is to go wrong with it. */
export type FaultRule = (request: FaultRequest) => Fault | undefined;
