import type { KubeObject } from '@gitops-toolkit/core';

/** The values under which an object is found. */
export type IndexFunction<T extends KubeObject = KubeObject> = (object: T) => readonly string[];

/** Finds objects by values that a function computes of them. */
export class StoreIndex<T extends KubeObject> {
  readonly #valuesOf: IndexFunction<T>;
  readonly #byValue = new Map<string, Set<T>>();

  constructor(valuesOf: IndexFunction<T>) {
    this.#valuesOf = valuesOf;
  }

  add(object: T): void {
    for (const value of this.#valuesOf(object)) {
      const members = this.#byValue.get(value);
      if (members) members.add(object);
      else this.#byValue.set(value, new Set([object]));
    }
  }

  delete(object: T): void {
    for (const value of this.#valuesOf(object)) {
      const members = this.#byValue.get(value);
      if (members?.delete(object) && members.size === 0) this.#byValue.delete(value);
    }
  }

  get(value: string): T[] {
    return [...(this.#byValue.get(value) ?? [])];
  }
}
