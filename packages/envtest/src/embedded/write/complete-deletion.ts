import type { KubeObject } from '@gitops-toolkit/core';

import type { Engine } from '../engine.ts';
import type { Entry } from '../store/entry.ts';
import type { Written } from './create-object.ts';
import type { Scope } from './scope.ts';

/** Removes an object whose last finalizer an update took away; the answer is its last state. */
export function completeDeletion(
  engine: Engine,
  scope: Scope,
  entry: Entry,
  last: KubeObject,
  dryRun: boolean,
): Written {
  if (!dryRun) engine.store.delete(scope.resource.storage, entry.key, scope.resource.toStorage(last));
  return { object: last, created: false };
}
