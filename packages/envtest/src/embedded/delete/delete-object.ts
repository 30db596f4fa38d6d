import { cloneValue, getOwn, type KubeObject } from '@gitops-toolkit/core';

import type { Engine } from '../engine.ts';
import { conflict, forbidden } from '../status-error.ts';
import type { Entry } from '../store/entry.ts';
import { versionOf, type Scope } from '../write/scope.ts';
import type { DeleteOptions } from './delete-options.ts';

/** What a deletion came to: the object is gone, or stays until something lets it go. */
export interface Deleted {
  readonly gone: boolean;
  readonly object: KubeObject;
  /** Set where the object stays. */
  readonly entry?: Entry;
}

/** Namespaces that the server cannot do without. */
const IMMORTAL = ['default', 'kube-system', 'kube-public'];
const NO_GRACE = 0;

/** Deletes an object, or marks it for deletion where finalizers or a grace period hold it. */
export function deleteObject(engine: Engine, scope: Scope, entry: Entry, options: DeleteOptions): Deleted {
  const object = prepared(scope, versionOf(scope, entry));
  checkDeletePreconditions(scope, object, options);
  assertMayGo(scope, object);
  const grace = scope.resource.strategy.gracePeriod?.(object, options.gracePeriodSeconds) ?? NO_GRACE;
  const finalizers = withPropagation(object, options);
  const isHeld = finalizers.length > 0 || ownFinalizers(object) || grace > NO_GRACE;
  if (!isHeld) return remove(engine, scope, entry, options.dryRun);
  return mark(engine, scope, entry, { object, finalizers, grace, dryRun: options.dryRun });
}

/** The object with what its kind adds before a deletion. */
function prepared({ resource: { strategy } }: Scope, object: KubeObject): KubeObject {
  if (!strategy.prepareDelete || object.metadata.deletionTimestamp !== undefined) return object;
  const draft = cloneValue(object);
  strategy.prepareDelete(draft);
  return draft;
}

function checkDeletePreconditions(
  { resource }: Scope,
  { metadata }: KubeObject,
  { uid, resourceVersion }: DeleteOptions,
): void {
  // Unlike everywhere else these conflicts name the kind, not the resource.
  const subject = { group: resource.group, resource: resource.kind };
  const name = metadata.name ?? '';
  if (uid !== undefined && uid !== metadata.uid) {
    const why = `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`;
    throw conflict(subject, name, why);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const why = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`;
    throw conflict(subject, name, why);
  }
}

function assertMayGo({ resource }: Scope, { metadata }: KubeObject): void {
  const name = metadata.name ?? '';
  if (resource.storage !== '/namespaces' || !IMMORTAL.includes(name)) return;
  throw forbidden({ group: '', resource: 'namespaces' }, name, 'this namespace may not be deleted');
}

/** The finalizers that the propagation policy asks for, with those that are there. */
function withPropagation({ metadata }: KubeObject, { propagation }: DeleteOptions): string[] {
  const finalizers = metadata.finalizers ?? [];
  if (propagation === undefined) return finalizers;
  const wanted = { Foreground: 'foregroundDeletion', Orphan: 'orphan', Background: undefined }[propagation];
  const others = finalizers.filter((name) => name !== 'foregroundDeletion' && name !== 'orphan');
  if (wanted === undefined) return others;
  return finalizers.includes(wanted) ? finalizers : [...others, wanted];
}

function ownFinalizers(object: KubeObject): boolean {
  const own = getOwn(object['spec'], 'finalizers');
  return Array.isArray(own) && own.length > 0;
}

function remove(engine: Engine, scope: Scope, entry: Entry, dryRun: boolean): Deleted {
  const object = versionOf(scope, entry);
  if (!dryRun) engine.store.delete(scope.resource.storage, entry.key);
  // A kind that knows grace is marked even when it has none left.
  if (!scope.resource.strategy.gracePeriod) return { gone: true, object };
  return { gone: true, object: markedObject(engine, scope, { object, finalizers: [], grace: NO_GRACE }) };
}

function mark(
  engine: Engine,
  scope: Scope,
  entry: Entry,
  wanted: { object: KubeObject; finalizers: readonly string[]; grace: number; dryRun: boolean },
): Deleted {
  const { object, finalizers, dryRun } = wanted;
  const marked = markedObject(engine, scope, wanted);
  const sameFinalizers = finalizers.join('\n') === (object.metadata.finalizers ?? []).join('\n');
  const { deletionTimestamp, deletionGracePeriodSeconds } = object.metadata;
  const isAgain =
    deletionTimestamp !== undefined &&
    deletionGracePeriodSeconds === marked.metadata.deletionGracePeriodSeconds;
  if (isAgain && sameFinalizers) return { gone: false, object, entry };
  if (dryRun) return { gone: false, object: marked };
  const stored = engine.store.put(scope.resource.storage, entry.key, scope.resource.toStorage(marked));
  return { gone: false, object: versionOf(scope, stored), entry: stored };
}

function markedObject(
  engine: Engine,
  { resource }: Scope,
  { object, finalizers, grace }: { object: KubeObject; finalizers: readonly string[]; grace: number },
): KubeObject {
  const metadata = { ...object.metadata, finalizers: [...finalizers] };
  if (finalizers.length === 0) delete (metadata as { finalizers?: string[] }).finalizers;
  const shorter = grace < (metadata.deletionGracePeriodSeconds ?? Number.POSITIVE_INFINITY);
  if (metadata.deletionTimestamp === undefined || shorter) {
    if (
      metadata.deletionTimestamp === undefined &&
      metadata.generation !== undefined &&
      metadata.generation > 0
    ) {
      metadata.generation += 1;
    }
    metadata.deletionTimestamp = new Date(engine.clock.now() + grace * 1000)
      .toISOString()
      .replace(/\.\d+Z$/, 'Z');
    // Namespaces end by phases of their own and carry no grace period.
    if (resource.storage !== '/namespaces') metadata.deletionGracePeriodSeconds = grace;
  }
  const marked: KubeObject = { ...object, metadata };
  if (resource.storage === '/namespaces')
    marked['status'] = { ...(object['status'] as object), phase: 'Terminating' };
  return marked;
}
