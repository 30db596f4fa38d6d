import { getOwn, isRecord, parseApiVersion } from '@gitops-toolkit/core';
import { isNotFound, KubeError } from './errors.ts';

/** Where a kind is served and what can be done with it. */
export interface RestMapping {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The resource in paths: `deployments`. */
  readonly plural: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** `status`, `scale`, … */
  readonly subresources: readonly string[];
}

/** How discovery asks: a GET of a path, with an `Accept` header. */
export type Ask = (path: string, accept?: string) => Promise<unknown>;

const AGGREGATED = ['v2', 'v2beta1']
  .map((v) => `application/json;g=apidiscovery.k8s.io;v=${v};as=APIGroupDiscoveryList`)
  .concat('application/json')
  .join(',');

/** All resources of a cluster, groups and versions in the server's order of preference. */
export async function discoverAll(ask: Ask): Promise<RestMapping[]> {
  const [core, groups] = await Promise.all([ask('/api', AGGREGATED), ask('/apis', AGGREGATED)]);
  const [ofCore, ofGroups] = await Promise.all([expand(core, ask), expand(groups, ask)]);
  return [...ofCore, ...ofGroups];
}

/** The resources of one group and version; none where the server does not have it. */
export async function discoverVersion(group: string, version: string, ask: Ask): Promise<RestMapping[]> {
  try {
    return legacyResources(await ask(group === '' ? `/api/${version}` : `/apis/${group}/${version}`));
  } catch (error) {
    if (isNotFound(error)) return [];
    throw error;
  }
}

/** An answer of `/api` or `/apis`: all at once from servers that aggregate, or a list of what to ask next. */
async function expand(answer: unknown, ask: Ask): Promise<RestMapping[]> {
  if (getOwn(answer, 'kind') === 'APIGroupDiscoveryList') return aggregatedResources(answer);
  const lists = await Promise.all(legacyVersions(answer).map((path) => ask(path).catch(ignoreBrokenGroup)));
  return lists.flatMap(legacyResources);
}

/** One extension API server that is down must not hide the rest of the cluster. */
function ignoreBrokenGroup(error: unknown): undefined {
  if (error instanceof KubeError && (error.status === 404 || error.status >= 500)) return undefined;
  throw error;
}

function aggregatedResources(answer: unknown): RestMapping[] {
  return records(getOwn(answer, 'items')).flatMap((group) => {
    const name = text(getOwn(getOwn(group, 'metadata'), 'name'));
    return records(getOwn(group, 'versions')).flatMap((version) => {
      const defaults = { group: name, version: text(getOwn(version, 'version')) };
      return records(getOwn(version, 'resources')).map((resource) => aggregatedMapping(resource, defaults));
    });
  });
}

function aggregatedMapping(
  resource: Record<string, unknown>,
  at: { readonly group: string; readonly version: string },
): RestMapping {
  return {
    ...at,
    kind: text(getOwn(getOwn(resource, 'responseKind'), 'kind')),
    plural: text(getOwn(resource, 'resource')),
    singular: text(getOwn(resource, 'singularResource')),
    namespaced: getOwn(resource, 'scope') === 'Namespaced',
    verbs: texts(getOwn(resource, 'verbs')),
    shortNames: texts(getOwn(resource, 'shortNames')),
    categories: texts(getOwn(resource, 'categories')),
    subresources: records(getOwn(resource, 'subresources')).map((sub) => text(getOwn(sub, 'subresource'))),
  };
}

function legacyVersions(answer: unknown): string[] {
  const core = texts(getOwn(answer, 'versions')).map((version) => `/api/${version}`);
  const groups = records(getOwn(answer, 'groups')).flatMap((group) =>
    records(getOwn(group, 'versions')).map((version) => `/apis/${text(getOwn(version, 'groupVersion'))}`),
  );
  return [...core, ...groups];
}

function legacyResources(list: unknown): RestMapping[] {
  const at = parseApiVersion(text(getOwn(list, 'groupVersion')));
  const all = records(getOwn(list, 'resources'));
  const names = all.map((resource) => text(getOwn(resource, 'name')));
  return all
    .filter((resource) => !text(getOwn(resource, 'name')).includes('/'))
    .map((resource) => {
      const plural = text(getOwn(resource, 'name'));
      return {
        ...at,
        kind: text(getOwn(resource, 'kind')),
        plural,
        singular: text(getOwn(resource, 'singularName')),
        namespaced: getOwn(resource, 'namespaced') === true,
        verbs: texts(getOwn(resource, 'verbs')),
        shortNames: texts(getOwn(resource, 'shortNames')),
        categories: texts(getOwn(resource, 'categories')),
        subresources: names.filter((n) => n.startsWith(`${plural}/`)).map((n) => n.slice(plural.length + 1)),
      };
    });
}

function records(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
