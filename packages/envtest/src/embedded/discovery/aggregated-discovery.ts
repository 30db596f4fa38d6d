import { createHash } from 'node:crypto';

import type { TextAnswer } from '../http/answer.ts';
import { parseAccept } from '../http/negotiation.ts';
import type { Registry, ServedGroup } from '../registry/registry.ts';
import type { ServedResource } from '../registry/served-resource.ts';

const GROUP = 'apidiscovery.k8s.io';

/** The version of the aggregated document that a client prefers to the plain one, if any. */
export function aggregatedVersion(accept: string | undefined): 'v2' | 'v2beta1' | undefined {
  for (const { type, parameters } of parseAccept(accept)) {
    if (type !== 'application/json' && type !== '*/*') continue;
    if (parameters.get('as') === undefined) return undefined;
    const version = parameters.get('v');
    const isOurs = parameters.get('g') === GROUP && parameters.get('as') === 'APIGroupDiscoveryList';
    if (isOurs && (version === 'v2' || version === 'v2beta1')) return version;
  }
  return undefined;
}

/** All groups below `/api` or `/apis` in one document, or 304 where the client has it already. */
export function aggregatedDiscovery(
  registry: Registry,
  root: 'api' | 'apis',
  version: 'v2' | 'v2beta1',
  ifNoneMatch: string | undefined,
): TextAnswer {
  const groups = registry.groups().filter(({ name }) => (name === '') === (root === 'api'));
  const items = groups.map((group) => groupEntry(registry, group));
  const body = JSON.stringify({
    kind: 'APIGroupDiscoveryList',
    apiVersion: `${GROUP}/${version}`,
    metadata: {},
    items,
  });
  const etag = `"${createHash('sha256').update(body).digest('hex').toUpperCase()}"`;
  const contentType = `application/json;g=${GROUP};v=${version};as=APIGroupDiscoveryList`;
  const headers = { etag, vary: 'Accept' };
  return etag === ifNoneMatch
    ? { code: 304, contentType, body: '', headers }
    : { code: 200, contentType, body, headers };
}

function groupEntry(registry: Registry, { name, versions }: ServedGroup): unknown {
  return {
    metadata: name === '' ? {} : { name },
    versions: versions.map((version) => ({
      version,
      resources: registry.resources(name, version).map((resource) => resourceEntry(resource)),
      freshness: 'Current',
    })),
  };
}

function resourceEntry(resource: ServedResource): unknown {
  const { plural, kind, group, version, namespaced, singular, verbs, shortNames, categories, subresources } =
    resource;
  // The built-in groups leave the group and version of their kinds to be read from the parent.
  const responseKind = resource.custom ? { group, version, kind } : { group: '', version: '', kind };
  return {
    resource: plural,
    responseKind,
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs,
    ...(shortNames.length > 0 ? { shortNames } : {}),
    ...(categories.length > 0 ? { categories } : {}),
    ...(subresources.length > 0
      ? {
          subresources: subresources.map((part) => ({
            subresource: part.name,
            responseKind: {
              group: part.group ?? responseKind.group,
              version: part.version ?? responseKind.version,
              kind: part.kind,
            },
            verbs: part.verbs,
          })),
        }
      : {}),
  };
}
