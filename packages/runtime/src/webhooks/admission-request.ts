import type { KubeObject, Logger } from '@gitops-toolkit/core';

import type { Denial } from './decision.ts';

/** Who makes a request. */
export interface AdmissionUser {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** What is to be done, and to which object. */
export interface AdmissionRequest<T extends KubeObject = KubeObject> {
  readonly operation: 'CONNECT' | 'CREATE' | 'DELETE' | 'UPDATE';
  /** The object as it would be; for DELETE the one that is deleted. A copy of the handler's own. */
  readonly object: T;
  /** The object as it is, for UPDATE and DELETE. */
  readonly old?: T;
  readonly user: AdmissionUser;
  /** Nothing will be stored, whatever the answer: a handler may do nothing besides answering. */
  readonly dryRun: boolean;
  readonly namespace?: string;
  /** Empty at the creation of an object whose name the server makes. */
  readonly name: string;
  /** `status`, `scale`: the part of the object that is written. */
  readonly subresource?: string;
  /** The server's name for this call. */
  readonly uid: string;
  /** `CreateOptions`, `UpdateOptions`, `PatchOptions` or `DeleteOptions` of the request. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Aborted when the server stops waiting: its time is up, or its connection is gone. */
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** Says something to the user without refusing. Cut after 256 characters, and after 4096 for all together. */
  readonly warn: (text: string) => void;
  /** Adds to the server's audit log, under `<webhook's name>/<key>`. */
  readonly annotate: (key: string, value: string) => void;
}

/** Nothing, or why not. */
type Verdict = Denial | undefined | void;

/** Looks at a request. What it throws refuses the request, with status 500. */
export type Validator<T extends KubeObject = KubeObject> = (
  request: AdmissionRequest<T>,
) => Promise<Verdict> | Verdict;

/**
 * Changes `request.object` in place, or refuses. May be called several times for one request, since what other webhooks
 * change is shown to it again: what it changed already it must leave alone.
 */
export type Mutator<T extends KubeObject = KubeObject> = (
  request: AdmissionRequest<T>,
) => Promise<Verdict> | Verdict;
