/** What every call takes. */
export interface CallOptions {
  /** Ends the call, retries and waiting included, at once and with the signal's reason. */
  readonly signal?: AbortSignal;
  /** The time for the whole call, retries included; `KUBE_TIMEOUT` after it. @default the client's, 60 000 */
  readonly timeoutMs?: number;
}

/** Options of a read. */
export interface GetOptions extends CallOptions {
  /** `scale` or `status`, in place of the object itself. */
  readonly subresource?: string;
}

/** Options of calls that write. */
export interface WriteOptions extends CallOptions {
  /** Under whose name `managedFields` lists the change. @default from the client's user agent */
  readonly fieldManager?: string;
  /** Goes through admission and validation and stores nothing. @default false */
  readonly dryRun?: boolean;
  /** What happens to unknown and duplicate fields. @default the server's, `Warn` */
  readonly fieldValidation?: 'Ignore' | 'Warn' | 'Strict';
  /** `status` or `scale`, in place of the object itself. */
  readonly subresource?: string;
}

/** Options of server-side apply. */
export interface ApplyOptions extends WriteOptions {
  readonly fieldManager: string;
  /** Takes fields that other managers own, where 409 would be answered. @default false */
  readonly force?: boolean;
}

/** A change to an object. `strategic` is for built-in kinds only: others answer 415. */
export interface Patch {
  readonly type: 'json' | 'merge' | 'strategic';
  /** Operations for `json`, a partial object for the others. */
  readonly body: unknown;
}

/** Options of the deletion of a collection. */
export interface DeleteCollectionOptions extends Omit<DeleteOptions, 'preconditions'> {
  /** The server deletes in one namespace at a time. @default that of the client */
  readonly namespace?: string;
  /** `app=web,tier in (a,b),!canary`. @default everything */
  readonly labelSelector?: string;
  /** `metadata.name=web`; which fields there are depends on the kind. @default everything */
  readonly fieldSelector?: string;
}

/** Options of a deletion. */
export interface DeleteOptions extends CallOptions {
  /** What becomes of owned objects. @default the kind's own, mostly `Background` */
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  readonly gracePeriodSeconds?: number;
  /** Deletes only the object of this uid or version; 409 otherwise. */
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: boolean;
}
