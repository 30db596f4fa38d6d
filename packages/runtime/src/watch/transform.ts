import type { KubeObject } from '@gitops-toolkit/core';

/** Makes an object smaller before it is kept. It may change the object, and must give the same for what it gave. */
export type Transform = (object: KubeObject) => KubeObject;

/** Drops `metadata.managedFields`, often half of an object. */
export const stripManagedFields: Transform = (object) => {
  if (object.metadata.managedFields === undefined) return object;
  // After `delete` the engine keeps the rest in a form that needs a quarter more memory.
  const { managedFields: _, ...metadata } = object.metadata;
  object.metadata = metadata;
  return object;
};

/** Makes a value and all in it immutable, so that whoever changes a shared object fails at the line. */
export function freezeDeep<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const each of Object.values(value)) freezeDeep(each);
  return Object.freeze(value);
}
