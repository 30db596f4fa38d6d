import { isClusterScoped } from './cluster-scope.ts';
import { type Gvk, gvkString, isSelectedByGvk, sameGvk } from './gvk.ts';

/** What tells resources apart: kind with version, name, namespace. */
export interface ResourceId {
  readonly gvk: Gvk;
  readonly name: string;
  /** As written; blank and `default` are the same namespace, see {@link effectiveNamespace}. */
  readonly namespace: string;
}

/** Stands for "has no namespace" where namespaces are compared: no real one can be named so. */
export const NO_NAMESPACE = '_non_namespaceable_';

/** The namespace that an id is in: `default` for a blank one, {@link NO_NAMESPACE} for cluster-scoped kinds. */
export function effectiveNamespace(id: ResourceId): string {
  if (isClusterScoped(id.gvk)) return NO_NAMESPACE;
  return id.namespace === '' ? 'default' : id.namespace;
}

export function isSameNamespace(a: ResourceId, b: ResourceId): boolean {
  return effectiveNamespace(a) === effectiveNamespace(b);
}

/** Whether two ids name the same resource. */
export function isSameId(a: ResourceId, b: ResourceId): boolean {
  return a.name === b.name && sameGvk(a.gvk, b.gvk) && isSameNamespace(a, b);
}

/** Whether an id passes a selector with exact parts; blank parts of the selector match anything. */
export function isSelectedById(id: ResourceId, selector: ResourceId): boolean {
  return (
    (selector.name === '' || selector.name === id.name) &&
    (selector.namespace === '' || isSameNamespace(selector, id)) &&
    isSelectedByGvk(id.gvk, selector.gvk)
  );
}

/** `Deployment.v1.apps/web.shop`, as kustomize writes an id in messages. */
export function idString(id: ResourceId): string {
  return `${gvkString(id.gvk)}/${id.name || '[noName]'}.${id.namespace || '[noNs]'}`;
}
