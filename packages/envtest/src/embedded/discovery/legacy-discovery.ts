import { formatApiVersion } from '@gitops-toolkit/core';

import type { Registry, ServedGroup } from '../registry/registry.ts';
import type { ServedResource } from '../registry/served-resource.ts';
import { storageVersionHash } from './storage-version-hash.ts';

/** The document at `/api`. */
export function apiVersions(serverAddress: string): unknown {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
  };
}

/** The document at `/apis`. */
export function apiGroupList(registry: Registry): unknown {
  const groups = registry.groups().filter(({ name }) => name !== '');
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map((group) => groupEntry(group)) };
}

/** The document at `/apis/{group}`, or `undefined` for a group that is not served. */
export function apiGroup(registry: Registry, name: string): unknown {
  const group = registry.groups().find((candidate) => candidate.name === name);
  return group && name !== '' ? { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(group) } : undefined;
}

function groupEntry({ name, versions }: ServedGroup): Record<string, unknown> {
  const entries = versions.map((version) => ({ groupVersion: formatApiVersion(name, version), version }));
  return { name, versions: entries, preferredVersion: entries[0] };
}

/** The document at `/apis/{group}/{version}` and `/api/v1`, or `undefined` where nothing is served. */
export function apiResourceList(registry: Registry, group: string, version: string): unknown {
  const resources = registry.resources(group, version);
  if (resources.length === 0) return undefined;
  return {
    kind: 'APIResourceList',
    // The real server leaves it out of its oldest document.
    ...(group === '' ? {} : { apiVersion: 'v1' }),
    groupVersion: formatApiVersion(group, version),
    resources: resources.flatMap((resource) => resourceEntries(resource)),
  };
}

function resourceEntries(resource: ServedResource): unknown[] {
  const { plural, namespaced, kind } = resource;
  const isStored = resource.verbs.includes('create') && resource.verbs.includes('list');
  const main = {
    name: plural,
    singularName: resource.singular,
    namespaced,
    kind,
    verbs: resource.verbs,
    ...(resource.shortNames.length > 0 ? { shortNames: resource.shortNames } : {}),
    ...(resource.categories.length > 0 ? { categories: resource.categories } : {}),
    ...(isStored ? { storageVersionHash: storageVersionHash(resource) } : {}),
  };
  const parts = resource.subresources.map(({ name, kind: subKind, group, version, verbs }) => ({
    name: `${plural}/${name}`,
    singularName: '',
    namespaced,
    ...(group === undefined || version === undefined ? {} : { group, version }),
    kind: subKind,
    verbs,
  }));
  return [main, ...parts];
}
