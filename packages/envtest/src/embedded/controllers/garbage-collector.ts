import type { KubeObject, OwnerReference } from '@gitops-toolkit/core';

import type { Engine } from '../engine.ts';
import type { StoreEvent } from '../store/entry.ts';
import type { ControllerContext, Controller } from './controller.ts';

const FOREGROUND = 'foregroundDeletion';
const ORPHAN = 'orphan';

/** Where an object is. */
interface Place {
  readonly resource: string;
  readonly key: string;
}

/**
 * Deletes objects whose owners are gone, and sees to the finalizers by which owners wait for their
 * dependents or let them go.
 */
export class GarbageCollector implements Controller {
  readonly #context: ControllerContext;
  /** Every object by its uid, so that an owner is found without knowing its resource. */
  readonly #objects: Map<string, Place> = new Map();
  /** Dependents by the uid of their owner. */
  readonly #dependents: Map<string, Map<string, Place>> = new Map();

  constructor(context: ControllerContext) {
    this.#context = context;
  }

  observe(resource: string, { type, entry, previous }: StoreEvent): void {
    const { metadata } = entry.object;
    const uid = metadata.uid ?? '';
    const place = { resource, key: entry.key };
    this.#index(
      uid,
      place,
      previous?.object.metadata.ownerReferences,
      type === 'DELETED' ? undefined : metadata.ownerReferences,
    );
    if (type === 'DELETED') {
      this.#objects.delete(uid);
      for (const dependent of this.#dependents.get(uid)?.values() ?? []) this.#enqueue(dependent);
      for (const owner of metadata.ownerReferences ?? []) this.#enqueueOwner(owner.uid);
      return;
    }
    this.#objects.set(uid, place);
    const waits =
      metadata.deletionTimestamp !== undefined &&
      metadata.finalizers?.some((name) => name === FOREGROUND || name === ORPHAN);
    if (waits || metadata.ownerReferences?.length) this.#enqueue(place);
  }

  #index(
    uid: string,
    place: Place,
    before: readonly OwnerReference[] = [],
    after: readonly OwnerReference[] = [],
  ): void {
    if (before === after) return;
    for (const owner of before) this.#dependents.get(owner.uid)?.delete(uid);
    for (const owner of after) {
      const dependents = this.#dependents.get(owner.uid) ?? new Map<string, Place>();
      this.#dependents.set(owner.uid, dependents.set(uid, place));
    }
  }

  #enqueueOwner(uid: string): void {
    const place = this.#objects.get(uid);
    if (place) this.#enqueue(place);
  }

  #enqueue(place: Place): void {
    this.#context.queue.add(`gc/${place.resource}/${place.key}`, () => this.#process(place));
  }

  #process(place: Place): void {
    const object = this.#read(place);
    if (!object) return;
    if (object.metadata.deletionTimestamp !== undefined) return this.#processDeleted(object);
    const owners = object.metadata.ownerReferences ?? [];
    if (owners.length > 0) this.#processOwned(object, owners);
  }

  #processDeleted(object: KubeObject): void {
    const finalizers = object.metadata.finalizers ?? [];
    const dependents = this.#dependentsOf(object);
    const { client } = this.#context;
    if (finalizers.includes(ORPHAN)) {
      for (const dependent of dependents)
        client.update(dependent, (draft) => removeOwner(draft, object.metadata.uid));
      this.#removeFinalizer(object, ORPHAN);
    } else if (finalizers.includes(FOREGROUND)) {
      const blocking = dependents.filter((dependent) => blocks(dependent, object));
      for (const dependent of dependents) {
        if (dependent.metadata.deletionTimestamp === undefined)
          client.delete(dependent, this.#policyFor(dependent));
      }
      if (blocking.length === 0) this.#removeFinalizer(object, FOREGROUND);
    }
  }

  /** A dependent that has dependents itself waits for them in turn. */
  #policyFor(dependent: KubeObject): { propagation: 'Foreground' | 'Background' } {
    return { propagation: this.#dependentsOf(dependent).length > 0 ? 'Foreground' : 'Background' };
  }

  #processOwned(object: KubeObject, owners: readonly OwnerReference[]): void {
    const { client } = this.#context;
    const states = owners.map((owner) => ({ owner, found: this.#findOwner(object, owner) }));
    const gone = states.filter(({ found }) => !found);
    if (gone.length === states.length) return client.delete(object, { propagation: 'Background' });
    const waiting = states.filter(({ found }) => found && isWaiting(found));
    if (gone.length + waiting.length === states.length && waiting.length > 0) {
      return client.delete(object, this.#policyFor(object));
    }
    // With an owner left, those that are gone are only taken off the list.
    for (const { owner } of gone) client.update(object, (draft) => removeOwner(draft, owner.uid));
  }

  #findOwner(object: KubeObject, { uid }: OwnerReference): KubeObject | undefined {
    const place = this.#objects.get(uid);
    const owner = place && this.#read(place);
    const isReachable =
      owner?.metadata.namespace === undefined || owner.metadata.namespace === object.metadata.namespace;
    return isReachable ? owner : undefined;
  }

  #dependentsOf({ metadata }: KubeObject): KubeObject[] {
    const places = [...(this.#dependents.get(metadata.uid ?? '')?.values() ?? [])];
    return places.map((place) => this.#read(place)).filter((object) => object !== undefined);
  }

  #removeFinalizer(object: KubeObject, finalizer: string): void {
    this.#context.client.update(object, (draft) => {
      draft.metadata.finalizers = (draft.metadata.finalizers ?? []).filter((name) => name !== finalizer);
      if (draft.metadata.finalizers.length === 0) delete draft.metadata.finalizers;
    });
  }

  #read({ resource, key }: Place): KubeObject | undefined {
    return readPlace(this.#context.engine, resource, key);
  }
}

function readPlace(engine: Engine, resource: string, key: string): KubeObject | undefined {
  return engine.store.bucket(resource).get(key)?.object;
}

const isWaiting = ({ metadata }: KubeObject): boolean =>
  metadata.deletionTimestamp !== undefined && metadata.finalizers?.includes(FOREGROUND) === true;

function blocks({ metadata }: KubeObject, owner: KubeObject): boolean {
  return (
    metadata.ownerReferences?.some(
      ({ uid, blockOwnerDeletion }) => uid === owner.metadata.uid && blockOwnerDeletion === true,
    ) === true
  );
}

function removeOwner({ metadata }: KubeObject, uid: string | undefined): boolean {
  const left = (metadata.ownerReferences ?? []).filter((owner) => owner.uid !== uid);
  if (left.length === metadata.ownerReferences?.length) return false;
  if (left.length === 0) delete metadata.ownerReferences;
  else metadata.ownerReferences = left;
  return true;
}
