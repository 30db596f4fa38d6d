import type { KubeObject } from '@gitops-toolkit/core';

import type { Engine } from '../engine.ts';
import { groupResource, type ServedResource } from '../registry/served-resource.ts';
import { notFound } from '../status-error.ts';
import type { Entry } from '../store/entry.ts';
import { storeKey } from '../store/store.ts';

/** What a path below a resource points at. */
export interface Scope {
  readonly resource: ServedResource;
  readonly namespace?: string;
  /** Absent for collections. */
  readonly name?: string;
  readonly subresource?: string;
}

/** The entry that a scope names. @throws StatusError 404 */
export function requireEntry(engine: Engine, scope: Scope): Entry {
  const entry = findEntry(engine, scope);
  if (!entry) throw notFound(groupResource(scope.resource), scope.name ?? '');
  return entry;
}

export function findEntry(engine: Engine, { resource, namespace, name = '' }: Scope): Entry | undefined {
  return engine.store.bucket(resource.storage).get(storeKey(namespace, name));
}

/** The stored object in the version of the scope. */
export function versionOf(scope: Scope, entry: Entry): KubeObject {
  return scope.resource.fromStorage(entry.object);
}
