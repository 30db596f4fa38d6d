import { gvkOf, type KubeObject, type Logger } from '@gitops-toolkit/core';

import { keyOf, type ObjectKey } from '../object-key.ts';
import type { ResourceKind } from '../resource-kind.ts';
import type { CacheReader } from '../watch/cache-reader.ts';

/** What a mapper may look at. */
export interface MapContext {
  readonly cache: CacheReader;
  readonly log: Logger;
}

/**
 * Says which objects of the controller's kind an object of another kind concerns. On an update it
 * is asked about the old and the new state; each object is then enqueued once, in the order given.
 */
export type Mapper<S extends KubeObject = KubeObject> = (
  object: S,
  context: MapContext,
) => Iterable<ObjectKey> | Promise<Iterable<ObjectKey>>;

/** How owners are found. */
export interface OwnerOptions {
  /** Only the owner that is marked as the controller. @default true */
  readonly onlyController?: boolean;
  /** The owner kind is cluster-scoped. @default false: owners are in their object's namespace */
  readonly clusterScoped?: boolean;
}

/** Maps an object to its owners of a kind. Group and kind must match; the version is the owner's own affair. */
export function ownerMapper(owner: ResourceKind, options: OwnerOptions = {}): Mapper {
  const { onlyController = true, clusterScoped = false } = options;
  return (object) => {
    const { namespace, ownerReferences = [] } = object.metadata;
    return ownerReferences
      .filter((reference) => reference.kind === owner.kind && gvkOf(reference).group === owner.group)
      .filter((reference) => !onlyController || reference.controller === true)
      .map(({ name }) => (clusterScoped || !namespace ? { name } : { namespace, name }));
  };
}

/**
 * Maps an object to those of a kind that refer to it, found by an index of that kind.
 *
 * @param valueOf what the index holds such references under. @default `Kind/namespace/name`, see {@link indexValue}
 */
export function indexMapper<S extends KubeObject>(
  kind: ResourceKind,
  index: string,
  valueOf: (object: S) => string = indexValue,
): Mapper<S> {
  return (object, { cache }) => cache.byIndex(kind, index, valueOf(object)).map((each) => keyOf(each));
}

/** `Kind/namespace/name`: the form under which references are indexed. */
export function indexValue(object: KubeObject): string {
  const { namespace, name } = keyOf(object);
  return `${object.kind}/${namespace ?? ''}/${name}`;
}
