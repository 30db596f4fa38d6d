import { Kustomization } from '@gitops-toolkit/api';
import { getOwn, type KubeObject } from '@gitops-toolkit/core';
import {
  conditions,
  indexValue,
  type MapContext,
  type ObjectKey,
  sortByDependency,
} from '@gitops-toolkit/runtime';
import { dependenciesOf } from './dependencies.ts';

/** The index of Kustomizations by their source. */
export const BY_SOURCE = 'source';

/**
 * Those that build from a source and have not tried its revision yet, or are not ready as they are now with what was in it then;
 * what others depend on first.
 */
export function consumersOf(source: KubeObject, { cache }: MapContext): ObjectKey[] {
  const revision = revisionOf(source);
  if (revision === undefined) return [];
  const consumers = cache
    .byIndex(Kustomization, BY_SOURCE, indexValue(source))
    .filter((object) => object.status?.lastAttemptedRevision !== revision || !conditions.isReady(object));
  return keysOf(inDependencyOrder(consumers));
}

function revisionOf(source: KubeObject): unknown {
  return getOwn(getOwn(source['status'], 'artifact'), 'revision');
}

/** One revision can have other content, when the source says anew what goes into it. */
export function contentOf(source: KubeObject): unknown {
  const artifact = getOwn(source['status'], 'artifact');
  return `${String(getOwn(artifact, 'revision'))} ${String(getOwn(artifact, 'digest'))}`;
}

/** In no order where they depend on each other in a circle: their runs report that. */
function inDependencyOrder(objects: readonly Kustomization[]): readonly Kustomization[] {
  const nameOf = ({ namespace, name }: { namespace?: string; name?: string }) => `${namespace}/${name}`;
  try {
    return sortByDependency(objects, {
      keyOf: ({ metadata }) => nameOf(metadata),
      dependenciesOf: (object) => dependenciesOf(object).map(nameOf),
    });
  } catch {
    return objects;
  }
}

/** The keys of objects. */
export function keysOf(objects: readonly KubeObject[]): ObjectKey[] {
  return objects.map(({ metadata }) => ({ namespace: metadata.namespace ?? '', name: metadata.name ?? '' }));
}
