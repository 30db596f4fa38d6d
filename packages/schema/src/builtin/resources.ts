import { formatApiVersion, type GroupVersionKind, parseApiVersion } from '@gitops-toolkit/core';
import { BUILTIN_RESOURCES } from '../generated/resources.ts';

/** A part of a resource with a path of its own: `status`, `scale`, `eviction`. */
export interface BuiltinSubresource extends GroupVersionKind {
  readonly name: string;
  readonly verbs: readonly string[];
}

/** A built-in resource, as discovery describes it. */
export interface BuiltinResource extends GroupVersionKind {
  /** The kind of a list; absent where the resource cannot be listed. */
  readonly listKind?: string;
  /** The name in paths: `deployments`. */
  readonly plural: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly BuiltinSubresource[];
}

/** A line of the generated table. */
export type EncodedResource = readonly [
  plural: string,
  singular: string,
  kind: string,
  apiVersion: string,
  scope: 'n' | 'c',
  verbs: string,
  shortNames: readonly string[],
  categories: readonly string[],
  subresources: readonly (readonly [name: string, kind: string, apiVersion: string, verbs: string])[],
];

/** A letter stands for a verb. */
export const VERBS: Readonly<Record<string, string>> = {
  c: 'create',
  d: 'delete',
  D: 'deletecollection',
  g: 'get',
  l: 'list',
  p: 'patch',
  u: 'update',
  w: 'watch',
};

let resources: readonly BuiltinResource[] | undefined;

/**
 * The resources that an API server without any extension serves, in the order of its discovery:
 * groups by priority, versions from the preferred one on. They are read at the first call.
 *
 * @example
 * ```ts
 * import { builtinResources } from '@gitops-toolkit/schema';
 * const deployments = builtinResources().find((resource) => resource.plural === 'deployments');
 * console.log(deployments?.kind, deployments?.shortNames); // Deployment [ 'deploy' ]
 * ```
 */
export function builtinResources(): readonly BuiltinResource[] {
  resources ??= BUILTIN_RESOURCES.trim()
    .split('\n')
    .map((line) => decodeResource(JSON.parse(line) as EncodedResource));
  return resources;
}

function decodeResource(encoded: EncodedResource): BuiltinResource {
  const [plural, singular, kind, apiVersion, scope, verbs, shortNames, categories, subresources] = encoded;
  return {
    ...parseApiVersion(apiVersion),
    kind,
    ...(verbs.includes('l') ? { listKind: `${kind}List` } : {}),
    plural,
    singular,
    namespaced: scope === 'n',
    verbs: decodeVerbs(verbs),
    shortNames,
    categories,
    subresources: subresources.map(([name, subKind, subVersion, subVerbs]) => ({
      name,
      ...parseApiVersion(subVersion),
      kind: subKind,
      verbs: decodeVerbs(subVerbs),
    })),
  };
}

function decodeVerbs(letters: string): string[] {
  return letters.split('').map((letter) => VERBS[letter] ?? letter);
}

const byKind = new Map<string, BuiltinResource>();

/** The built-in resource of a kind, or `undefined` for any other kind. */
export function builtinResource(gvk: GroupVersionKind): BuiltinResource | undefined {
  if (byKind.size === 0) {
    for (const resource of builtinResources()) byKind.set(kindKey(resource), resource);
  }
  return byKind.get(kindKey(gvk));
}

function kindKey(gvk: GroupVersionKind): string {
  return `${formatApiVersion(gvk.group, gvk.version)} ${gvk.kind}`;
}
