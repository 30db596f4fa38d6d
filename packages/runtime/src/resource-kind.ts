import { formatApiVersion, type KubeObject } from '@gitops-toolkit/core';

/**
 * A kind of object, and the TypeScript type of its objects.
 *
 * The definitions of `@gitops-toolkit/api` are such kinds; {@link kindOf} makes one for any other.
 */
export interface ResourceKind<T extends KubeObject = KubeObject> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** `group/version`, or `version` alone for the core group. */
  readonly apiVersion: string;
  /** For the compiler only: the type of the kind's objects. Never present. */
  readonly objectType?: T | undefined;
}

/**
 * Names a kind that has no definition in `@gitops-toolkit/api`, such as the built-in ones.
 *
 * @example
 * ```ts
 * import { kindOf } from '@gitops-toolkit/runtime';
 * const ConfigMap = kindOf('v1', 'ConfigMap');
 * console.log(ConfigMap.group === '', ConfigMap.version); // true v1
 * ```
 */
export function kindOf<T extends KubeObject = KubeObject>(apiVersion: string, kind: string): ResourceKind<T> {
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  const version = apiVersion.slice(slash + 1);
  return { group, version, kind, apiVersion: formatApiVersion(group, version) };
}
