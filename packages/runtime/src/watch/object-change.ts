import type { KubeObject } from '@gitops-toolkit/core';

/** An object that a cache had not had before. */
export interface ObjectAdded<T extends KubeObject = KubeObject> {
  readonly type: 'added';
  readonly object: T;
  /** Whether it was there when the handler was added, rather than new in the cluster. */
  readonly initial: boolean;
}

/** An object that changed, or that is only told of again: `old` is `object` then. */
export interface ObjectUpdated<T extends KubeObject = KubeObject> {
  readonly type: 'updated';
  readonly object: T;
  readonly old: T;
}

/** An object that is gone. */
export interface ObjectDeleted<T extends KubeObject = KubeObject> {
  readonly type: 'deleted';
  /** Its last known state. */
  readonly object: T;
  /** The deletion itself was not seen, for example during a lost connection: the state may be older than the last. */
  readonly finalStateUnknown: boolean;
}

/** What happened to an object in a cache. */
export type ObjectChange<T extends KubeObject = KubeObject> =
  | ObjectAdded<T>
  | ObjectUpdated<T>
  | ObjectDeleted<T>;
