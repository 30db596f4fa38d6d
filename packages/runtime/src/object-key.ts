import type { KubeObject } from '@gitops-toolkit/core';

/** Names an object whose kind is known. `namespace` is absent for cluster-scoped ones. */
export interface ObjectKey {
  readonly name: string;
  readonly namespace?: string;
}

/** `namespace/name`, or `name` for a cluster-scoped object: the key of queues and stores. */
export function keyString(key: ObjectKey): string {
  return key.namespace ? `${key.namespace}/${key.name}` : key.name;
}

/** Reads what {@link keyString} wrote. */
export function parseKey(text: string): ObjectKey {
  const slash = text.indexOf('/');
  return slash < 0 ? { name: text } : { namespace: text.slice(0, slash), name: text.slice(slash + 1) };
}

/** The name and namespace of an object. */
export function keyOf(object: KubeObject): ObjectKey {
  const { name = '', namespace } = object.metadata;
  return namespace ? { namespace, name } : { name };
}
