import type { KubeObject } from '@gitops-toolkit/core';

/** The values under which an object is found. */
export type IndexFunction<T extends KubeObject = KubeObject> = (object: T) => readonly string[];

/** Finds objects by values that a function computes of them. */
export class StoreIndex<T extends KubeObject> {
  readonly valuesOf: IndexFunction<T>;
  readonly #byValue = new Map<string, Set<T>>();
  /** What an object was filed under: the function is asked once per object. */
  readonly #values = new Map<T, readonly string[]>();

  readonly #onError: (error: unknown, object: T) => void;

  /** @param onError told of objects that the function fails on: they are found under no value */
  constructor(valuesOf: IndexFunction<T>, onError: (error: unknown, object: T) => void = () => {}) {
    this.valuesOf = valuesOf;
    this.#onError = onError;
  }

  add(object: T): void {
    const values = this.#compute(object);
    if (values.length === 0) return;
    this.#values.set(object, values);
    for (const value of values) {
      const members = this.#byValue.get(value);
      if (members) members.add(object);
      else this.#byValue.set(value, new Set([object]));
    }
  }

  delete(object: T): void {
    for (const value of this.#values.get(object) ?? []) {
      const members = this.#byValue.get(value);
      if (members?.delete(object) && members.size === 0) this.#byValue.delete(value);
    }
    this.#values.delete(object);
  }

  /** One odd object must not stop the watch of all the others. */
  #compute(object: T): readonly string[] {
    try {
      return this.valuesOf(object);
    } catch (error) {
      this.#onError(error, object);
      return [];
    }
  }

  get(value: string): T[] {
    return [...(this.#byValue.get(value) ?? [])];
  }
}
