import type { KubeObject } from '@gitops-toolkit/core';

/** Makes an object smaller before it is kept. It may change the object, and must give the same for what it gave. */
export type Transform = (object: KubeObject) => KubeObject;

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** Drops `metadata.managedFields`, often half of an object. */
export const stripManagedFields: Transform = (object) => {
  if (object.metadata.managedFields === undefined) return object;
  // After `delete` the engine keeps the rest in a form that needs a quarter more memory.
  const { managedFields: _, ...metadata } = object.metadata;
  object.metadata = metadata;
  return object;
};

/** Drops the copy of an object that `kubectl apply` without server-side apply keeps in an annotation. */
export const stripLastApplied: Transform = (object) => {
  const { annotations } = object.metadata;
  if (annotations?.[lastApplied] === undefined) return object;
  const { [lastApplied]: _, ...rest } = annotations;
  object.metadata = { ...object.metadata, annotations: rest };
  return object;
};

/** Makes a value and all in it immutable, so that whoever changes a shared object fails at the line. */
export function freezeDeep<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const each of Object.values(value)) freezeDeep(each);
  return Object.freeze(value);
}
