import { type EncodedResource, VERBS } from '../../packages/schema/src/builtin/resources.ts';

/** What aggregated discovery (`apidiscovery.k8s.io/v2`) answers, as far as it is used. */
export interface GroupDiscoveryList {
  readonly items: readonly {
    readonly metadata?: { readonly name?: string };
    readonly versions: readonly {
      readonly version: string;
      readonly resources?: readonly ResourceDiscovery[];
    }[];
  }[];
}

interface SubresourceDiscovery {
  readonly responseKind?: { readonly group: string; readonly version: string; readonly kind: string };
  readonly verbs: readonly string[];
  readonly subresource?: string;
}

interface ResourceDiscovery extends SubresourceDiscovery {
  readonly resource: string;
  readonly scope: 'Namespaced' | 'Cluster';
  readonly singularResource: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly subresources?: readonly SubresourceDiscovery[];
}

/** The lines of the table of resources, in the order of discovery. */
export function encodeResources(list: GroupDiscoveryList): EncodedResource[] {
  return list.items.flatMap((group) =>
    group.versions.flatMap(({ version, resources = [] }) => {
      const name = group.metadata?.name ?? '';
      const apiVersion = name === '' ? version : `${name}/${version}`;
      return resources.map((resource) => encodeResource(resource, apiVersion));
    }),
  );
}

function encodeResource(resource: ResourceDiscovery, apiVersion: string): EncodedResource {
  return [
    resource.resource,
    resource.singularResource,
    resource.responseKind?.kind ?? '',
    apiVersionOf(resource, apiVersion),
    resource.scope === 'Namespaced' ? 'n' : 'c',
    encodeVerbs(resource.verbs),
    resource.shortNames ?? [],
    resource.categories ?? [],
    (resource.subresources ?? []).map((sub) => [
      sub.subresource ?? '',
      sub.responseKind?.kind ?? '',
      apiVersionOf(sub, apiVersion),
      encodeVerbs(sub.verbs),
    ]),
  ];
}

/** An empty version means that of the resource. */
function apiVersionOf({ responseKind }: SubresourceDiscovery, parent: string): string {
  if (!responseKind || responseKind.version === '') return parent;
  return responseKind.group === '' ? responseKind.version : `${responseKind.group}/${responseKind.version}`;
}

function encodeVerbs(verbs: readonly string[]): string {
  const letters = Object.entries(VERBS);
  return verbs
    .map((verb) => {
      const letter = letters.find(([, name]) => name === verb)?.[0];
      if (letter === undefined) throw new Error(`the verb ${verb} has no letter`);
      return letter;
    })
    .join('');
}
