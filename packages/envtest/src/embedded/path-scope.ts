import type { Registry } from './registry/registry.ts';
import { resourceNotFound } from './status-error.ts';
import type { Scope } from './write/scope.ts';

/** A path below a group and version. `watching` is set by the old `/watch/` paths. */
export interface ResourcePath {
  readonly scope: Scope;
  readonly watching: boolean;
}

/**
 * Reads `/api/{version}/…` and `/apis/{group}/{version}/…`.
 *
 * @returns `undefined` where the group and version are not served.
 * @throws StatusError 404 for a resource that they do not have.
 */
export function parseResourcePath(registry: Registry, segments: readonly string[]): ResourcePath | undefined {
  const isCore = segments[0] === 'api';
  const group = isCore ? '' : (segments[1] ?? '');
  const version = segments[isCore ? 1 : 2] ?? '';
  if (!registry.serves(group, version)) return undefined;
  const rest = segments.slice(isCore ? 2 : 3);
  const watching = rest[0] === 'watch';
  return { scope: parseScope(registry, group, version, watching ? rest.slice(1) : rest), watching };
}

function parseScope(registry: Registry, group: string, version: string, rest: readonly string[]): Scope {
  // `/namespaces/{name}/{resource}` is a path into a namespace, unless it is a part of the namespace itself.
  const isInside = rest[0] === 'namespaces' && rest.length > 2 && !isNamespacePart(group, rest[2]);
  const namespace = isInside ? rest[1] : undefined;
  const [plural = '', name, ...parts] = isInside ? rest.slice(2) : rest;
  const resource = registry.find(group, version, plural);
  if (!resource) throw resourceNotFound();
  const isMisplaced = resource.namespaced !== (namespace !== undefined);
  // The collection of a namespaced resource has a path for all namespaces together.
  if (isMisplaced && (namespace !== undefined || name !== undefined)) throw resourceNotFound();
  return {
    resource,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(parts.length === 0 ? {} : { subresource: parts.join('/') }),
  };
}

function isNamespacePart(group: string, part: string | undefined): boolean {
  return group === '' && (part === 'status' || part === 'finalize');
}
