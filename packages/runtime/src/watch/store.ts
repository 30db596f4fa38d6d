import { type KubeObject, parseLabelSelector } from '@gitops-toolkit/core';

import { RuntimeError } from '../errors.ts';
import type { ObjectKey } from '../object-key.ts';
import type { CacheListOptions } from './cache-reader.ts';
import type { ObjectChange, ObjectDeleted } from './object-change.ts';
import { shareParts } from './share-parts.ts';
import { type IndexFunction, StoreIndex } from './store-index.ts';
import { freezeDeep, type Transform } from './transform.ts';

/** What a {@link Store} does to objects before it keeps them. */
export interface StoreOptions {
  readonly transform?: Transform;
  /** Make kept objects immutable. @default true unless NODE_ENV is `production` */
  readonly freeze?: boolean;
  /** Told of objects that an index function fails on: they are kept, and found under no value of it. */
  readonly onIndexError?: (error: unknown, object: KubeObject) => void;
}

/**
 * The objects of one kind, by namespace and name, and by whatever indexes were added.
 *
 * It knows that a name may come back as another object: the change is then a deletion and an
 * addition, since what was done for the first does not hold for the second.
 */
export class Store<T extends KubeObject> {
  readonly #transform: Transform | undefined;
  readonly #freeze: boolean;
  readonly #onIndexError: (error: unknown, object: KubeObject) => void;
  readonly #namespaces = new Map<string, Map<string, T>>();
  readonly #indexes = new Map<string, StoreIndex<T>>();
  /** What the next new object is likely to resemble. */
  #latest: T | undefined;
  #size = 0;

  constructor(options: StoreOptions = {}) {
    this.#transform = options.transform;
    this.#onIndexError = options.onIndexError ?? (() => {});
    this.#freeze = options.freeze ?? process.env['NODE_ENV'] !== 'production';
  }

  get size(): number {
    return this.#size;
  }

  get({ namespace = '', name }: ObjectKey): T | undefined {
    return this.#namespaces.get(namespace)?.get(name);
  }

  list(options: CacheListOptions = {}): T[] {
    const { namespace, labels, labelSelector } = options;
    const isSelected = labelSelector === undefined ? undefined : compileSelector(labelSelector);
    const objects =
      namespace === undefined
        ? [...this.#namespaces.values()].flatMap((names) => [...names.values()])
        : [...(this.#namespaces.get(namespace)?.values() ?? [])];
    if (!labels && !isSelected) return objects;
    return objects.filter(
      (object) =>
        (!labels || hasLabels(object, labels)) && (!isSelected || isSelected(object.metadata.labels)),
    );
  }

  /**
   * Adds an index and files what is there. Adding the same function again does nothing.
   *
   * @throws RuntimeError RUNTIME_INDEX_CONFLICT where the name stands for another function
   */
  addIndex(name: string, valuesOf: IndexFunction<T>): void {
    const existing = this.#indexes.get(name);
    if (existing?.valuesOf === valuesOf) return;
    if (existing) {
      throw new RuntimeError(
        'RUNTIME_INDEX_CONFLICT',
        `there is another index named ${JSON.stringify(name)}`,
      );
    }
    const index = new StoreIndex(valuesOf, this.#onIndexError);
    for (const object of this.list()) index.add(object);
    this.#indexes.set(name, index);
  }

  /** @throws RuntimeError RUNTIME_INDEX_UNKNOWN */
  byIndex(name: string, value: string): T[] {
    const index = this.#indexes.get(name);
    if (index) return index.get(value);
    throw new RuntimeError('RUNTIME_INDEX_UNKNOWN', `there is no index named ${JSON.stringify(name)}`, {
      hint: 'Add it with indexedBy() of the controller, or addIndex() of the cache, before it is read.',
    });
  }

  /** Keeps an object in place of the one of its name. */
  set(object: T): ObjectChange<T>[] {
    return this.#set(this.prepare(object), false);
  }

  /**
   * An object as it is kept: transformed, immutable, and with whatever it has in common with its state before, or
   * else with the object before it, as the same values.
   */
  prepare(object: T): T {
    const smaller = (this.#transform?.(object) ?? object) as T;
    const model = this.get(keyOfMeta(smaller)) ?? this.#latest;
    const kept = model ? shareParts(smaller, model) : smaller;
    this.#latest = kept;
    return this.#freeze ? freezeDeep(kept) : kept;
  }

  /** Removes the object of a name; gives what happened, if there was one. */
  delete(object: T): ObjectDeleted<T>[] {
    const old = this.get(keyOfMeta(object));
    if (!old) return [];
    const sameObject = old.metadata.uid === object.metadata.uid;
    const last = sameObject ? this.prepare(object) : old;
    this.#remove(old);
    return [{ type: 'deleted', object: last, finalStateUnknown: !sameObject }];
  }

  /**
   * Makes the store hold just these objects: all of it, or one namespace of it. An object in the
   * version that is kept already is no change.
   *
   * @param initial whether the additions were there before anybody looked
   * @param prepared whether the objects went through {@link Store.prepare}
   */
  replace(
    objects: readonly T[],
    options: { readonly namespace?: string; readonly initial?: boolean; readonly prepared?: boolean } = {},
  ): ObjectChange<T>[] {
    const { namespace, initial = false, prepared = false } = options;
    const kept = new Set<string>();
    for (const { metadata } of objects) kept.add(`${metadata.namespace ?? ''}/${metadata.name ?? ''}`);
    const changes: ObjectChange<T>[] = [];
    for (const old of this.list(namespace === undefined ? {} : { namespace })) {
      if (kept.has(`${old.metadata.namespace ?? ''}/${old.metadata.name ?? ''}`)) continue;
      this.#remove(old);
      changes.push({ type: 'deleted', object: old, finalStateUnknown: true });
    }
    for (const object of objects) {
      if (this.#has(object)) continue;
      const ready = prepared ? object : this.prepare(object);
      for (const change of this.#set(ready, initial)) changes.push(change);
    }
    return changes;
  }

  #has(object: T): boolean {
    const { uid, resourceVersion } = object.metadata;
    const old = this.get(keyOfMeta(object))?.metadata;
    return (
      old !== undefined &&
      old.uid === uid &&
      resourceVersion !== undefined &&
      old.resourceVersion === resourceVersion
    );
  }

  #set(object: T, initial: boolean): ObjectChange<T>[] {
    const old = this.get(keyOfMeta(object));
    if (old) this.#remove(old);
    this.#insert(object);
    if (!old) return [{ type: 'added', object, initial }];
    if (old.metadata.uid === object.metadata.uid) return [{ type: 'updated', object, old }];
    return [
      { type: 'deleted', object: old, finalStateUnknown: true },
      { type: 'added', object, initial: false },
    ];
  }

  #insert(object: T): void {
    const { namespace = '', name = '' } = object.metadata;
    let names = this.#namespaces.get(namespace);
    if (!names) this.#namespaces.set(namespace, (names = new Map()));
    names.set(name, object);
    this.#size++;
    for (const index of this.#indexes.values()) index.add(object);
  }

  #remove(object: T): void {
    const { namespace = '', name = '' } = object.metadata;
    const names = this.#namespaces.get(namespace);
    if (!names?.delete(name)) return;
    this.#size--;
    if (names.size === 0) this.#namespaces.delete(namespace);
    for (const index of this.#indexes.values()) index.delete(object);
  }
}

function keyOfMeta({ metadata: { namespace = '', name = '' } }: KubeObject): ObjectKey {
  return { namespace, name };
}

function compileSelector(text: string): ReturnType<typeof parseLabelSelector> {
  try {
    return parseLabelSelector(text);
  } catch (cause) {
    throw new RuntimeError(
      'RUNTIME_SELECTOR_INVALID',
      `${JSON.stringify(text)} is not a selector of labels`,
      {
        cause,
        hint: 'Write it as for kubectl: app=web,tier in (front,back),!canary.',
      },
    );
  }
}

function hasLabels(object: KubeObject, labels: Readonly<Record<string, string>>): boolean {
  const own = object.metadata.labels ?? {};
  return Object.entries(labels).every(([key, value]) => Object.hasOwn(own, key) && own[key] === value);
}
