import { describe, expect, it } from 'vitest';
import { confined, queryString, resourcePath } from './resource-path.ts';
import type { RestMapping } from './rest-mapper.ts';

const mapping = (over: Partial<RestMapping>): RestMapping => ({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  singular: 'deployment',
  namespaced: true,
  verbs: [],
  shortNames: [],
  categories: [],
  subresources: [],
  ...over,
});

describe('resourcePath', () => {
  it.each([
    [mapping({}), {}, '/apis/apps/v1/deployments'],
    [mapping({}), { namespace: 'web' }, '/apis/apps/v1/namespaces/web/deployments'],
    [
      mapping({ group: '', plural: 'pods' }),
      { namespace: 'web', name: 'a', subresource: 'log' },
      '/api/v1/namespaces/web/pods/a/log',
    ],
    [
      mapping({ group: '', plural: 'nodes', namespaced: false }),
      { namespace: 'web', name: 'n1' },
      '/api/v1/nodes/n1',
    ],
    [
      mapping({ group: 'rbac.authorization.k8s.io', plural: 'clusterroles', namespaced: false }),
      { name: 'system:node' },
      '/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode',
    ],
  ])('builds %#', (at, options, path) => {
    expect(resourcePath(at, options)).toBe(path);
  });

  it.each(['..', '.', 'a/b', '', 'a%2fb', 'a\0'])('refuses the name %j', (name) => {
    expect(() => resourcePath(mapping({}), { name })).toThrow(
      expect.objectContaining({ code: 'KUBE_NAME_INVALID' }),
    );
    expect(() => resourcePath(mapping({}), { namespace: `x${name}/` })).toThrow(
      expect.objectContaining({ code: 'KUBE_NAME_INVALID' }),
    );
  });
});

describe('confined', () => {
  it('is the one namespace of a client that has one, and refuses others', () => {
    expect(confined(undefined, 'team')).toBe('team');
    expect(confined('team', 'team')).toBe('team');
    expect(confined('web', undefined)).toBe('web');
    expect(confined(undefined, undefined)).toBeUndefined();
    expect(() => confined('web', 'team')).toThrow(
      expect.objectContaining({ code: 'KUBE_NAMESPACE_REFUSED', retry: 'terminal' }),
    );
  });
});

describe('queryString', () => {
  it('leaves out what is not set', () => {
    expect(queryString({ a: undefined, b: 1, c: true, d: 'x y&z' })).toBe('?b=1&c=true&d=x+y%26z');
    expect(queryString({ a: undefined })).toBe('');
    expect(queryString(undefined)).toBe('');
  });
});
