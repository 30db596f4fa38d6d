import { describe, expect, it } from 'vitest';
import { builtinResource, builtinResources } from '../index.ts';

describe('builtinResources', () => {
  it('describes a resource as discovery does', () => {
    const deployment = builtinResource({ group: 'apps', version: 'v1', kind: 'Deployment' });
    expect(deployment).toEqual({
      group: 'apps',
      version: 'v1',
      kind: 'Deployment',
      listKind: 'DeploymentList',
      plural: 'deployments',
      singular: 'deployment',
      namespaced: true,
      verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
      shortNames: ['deploy'],
      categories: ['all'],
      subresources: [
        {
          name: 'scale',
          group: 'autoscaling',
          version: 'v1',
          kind: 'Scale',
          verbs: ['get', 'patch', 'update'],
        },
        {
          name: 'status',
          group: 'apps',
          version: 'v1',
          kind: 'Deployment',
          verbs: ['get', 'patch', 'update'],
        },
      ],
    });
  });

  it('tells what is namespaced from what is not', () => {
    const namespaced = (plural: string): boolean | undefined =>
      builtinResources().find((resource) => resource.plural === plural)?.namespaced;
    expect(namespaced('configmaps')).toBe(true);
    expect(namespaced('namespaces')).toBe(false);
    expect(namespaced('clusterroles')).toBe(false);
  });

  it('has no list kind for what cannot be listed', () => {
    expect(
      builtinResource({ group: 'authentication.k8s.io', version: 'v1', kind: 'TokenReview' }),
    ).not.toHaveProperty('listKind');
  });

  it('begins with the core group and has the preferred version of a group first', () => {
    const versions = builtinResources()
      .filter(({ group }) => group === 'autoscaling')
      .map(({ version }) => version);
    expect(builtinResources()[0]?.group).toBe('');
    expect(versions).toEqual(['v2', 'v1']);
  });

  it('names a resource once', () => {
    const names = builtinResources().map(({ group, version, plural }) => `${group}/${version}/${plural}`);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('builtinResource', () => {
  it('knows no other kinds', () => {
    expect(builtinResource({ group: 'a.io', version: 'v1', kind: 'Deployment' })).toBeUndefined();
  });
});
