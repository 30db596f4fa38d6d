import { KubeError } from './errors.ts';
import type { Query } from './list.ts';
import type { RestMapping } from './rest-mapper.ts';

/** The part of a path that names an object. */
export interface PathOptions {
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly subresource?: string | undefined;
}

/**
 * The path of a collection or an object.
 *
 * @throws KubeError `KUBE_NAME_INVALID` when a part cannot be one step of a path.
 */
export function resourcePath(mapping: RestMapping, options: PathOptions = {}): string {
  const { group, version, plural, namespaced } = mapping;
  let path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  if (namespaced && options.namespace) path += `/namespaces/${segment(options.namespace)}`;
  path += `/${plural}`;
  if (options.name !== undefined) path += `/${segment(options.name)}`;
  if (options.subresource !== undefined) path += `/${segment(options.subresource)}`;
  return path;
}

/**
 * The namespace of a request where a client may be confined to one.
 *
 * @throws KubeError `KUBE_NAMESPACE_REFUSED` for any other.
 */
export function confined(namespace: string | undefined, only: string | undefined): string | undefined {
  if (only === undefined || namespace === undefined || namespace === only) return only ?? namespace;
  throw new KubeError(
    'KUBE_NAMESPACE_REFUSED',
    `this client is for the namespace ${only}, not for ${namespace}`,
  );
}

/** `?a=1&b=2`, or nothing. */
export function queryString(query: Query | undefined): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined) parameters.set(key, String(value));
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

/** Names come from users: one with a slash or dots would reach another object's path. */
function segment(name: string): string {
  if (name === '' || name === '.' || name === '..' || /[/%\0]/.test(name)) {
    throw new KubeError('KUBE_NAME_INVALID', `${JSON.stringify(name)} is not a name of a Kubernetes object`, {
      status: 400,
      reason: 'BadRequest',
    });
  }
  return encodeURIComponent(name);
}
