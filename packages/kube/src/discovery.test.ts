import { describe, expect, it } from 'vitest';
import { discoverAll, discoverVersion } from './discovery.ts';
import { KubeError } from './errors.ts';

const notFound = (): never => {
  throw new KubeError('KUBE_STATUS', '404 page not found', { status: 404, reason: 'NotFound' });
};

/** A server before aggregated discovery. */
function legacy(path: string): unknown {
  switch (path) {
    case '/api':
      return { kind: 'APIVersions', versions: ['v1'] };
    case '/apis':
      return {
        kind: 'APIGroupList',
        groups: [
          { name: 'apps', versions: [{ groupVersion: 'apps/v1', version: 'v1' }] },
          { name: 'metrics.k8s.io', versions: [{ groupVersion: 'metrics.k8s.io/v1', version: 'v1' }] },
        ],
      };
    case '/api/v1':
      return {
        kind: 'APIResourceList',
        groupVersion: 'v1',
        resources: [
          {
            name: 'pods',
            singularName: 'pod',
            namespaced: true,
            kind: 'Pod',
            verbs: ['get'],
            shortNames: ['po'],
            categories: ['all'],
          },
          { name: 'pods/status', namespaced: true, kind: 'Pod', verbs: ['get'] },
          {
            name: 'pods/eviction',
            namespaced: true,
            kind: 'Eviction',
            group: 'policy',
            version: 'v1',
            verbs: ['create'],
          },
        ],
      };
    case '/apis/apps/v1':
      return {
        kind: 'APIResourceList',
        groupVersion: 'apps/v1',
        resources: [
          {
            name: 'deployments',
            singularName: '',
            namespaced: true,
            kind: 'Deployment',
            verbs: ['get', 'list'],
          },
        ],
      };
    default:
      return notFound();
  }
}

describe('discoverAll', () => {
  it('reads an aggregated answer', async () => {
    const asked: string[] = [];
    const answer = {
      kind: 'APIGroupDiscoveryList',
      items: [
        {
          metadata: { name: 'apps' },
          versions: [
            {
              version: 'v1',
              resources: [
                {
                  resource: 'deployments',
                  responseKind: { group: 'apps', version: 'v1', kind: 'Deployment' },
                  scope: 'Namespaced',
                  singularResource: 'deployment',
                  verbs: ['get'],
                  shortNames: ['deploy'],
                  subresources: [{ subresource: 'scale' }, { subresource: 'status' }],
                },
              ],
            },
          ],
        },
      ],
    };
    const mappings = await discoverAll(async (path, accept = '') => {
      asked.push(path);
      expect(accept).toContain('g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList');
      return path === '/apis' ? answer : { kind: 'APIGroupDiscoveryList', items: [] };
    });
    expect(asked).toEqual(['/api', '/apis']);
    expect(mappings).toEqual([
      {
        group: 'apps',
        version: 'v1',
        kind: 'Deployment',
        plural: 'deployments',
        singular: 'deployment',
        namespaced: true,
        verbs: ['get'],
        shortNames: ['deploy'],
        categories: [],
        subresources: ['scale', 'status'],
      },
    ]);
  });

  it('asks version by version where the server does not aggregate, and does without a broken one', async () => {
    const mappings = await discoverAll(async (path) => legacy(path));
    expect(mappings.map(({ group, kind, plural }) => [group, kind, plural])).toEqual([
      ['', 'Pod', 'pods'],
      ['apps', 'Deployment', 'deployments'],
    ]);
    expect(mappings[0]).toMatchObject({
      subresources: ['status', 'eviction'],
      shortNames: ['po'],
      namespaced: true,
    });
  });

  it('throws where the caller may not ask', async () => {
    const forbidden = new KubeError('KUBE_STATUS', 'no', { status: 403, reason: 'Forbidden' });
    const ask = async (path: string): Promise<unknown> => {
      if (path === '/apis/apps/v1') throw forbidden;
      return legacy(path);
    };
    await expect(discoverAll(ask)).rejects.toBe(forbidden);
  });

  it('survives answers of any shape', async () => {
    for (const answer of [
      null,
      'text',
      [],
      { kind: 'APIGroupDiscoveryList', items: [{ versions: [{ resources: [null, {}] }] }] },
    ]) {
      await expect(discoverAll(async () => answer)).resolves.toBeInstanceOf(Array);
    }
  });
});

describe('discoverVersion', () => {
  it('reads one version, and none that is not there', async () => {
    expect(await discoverVersion('apps', 'v1', async (path) => legacy(path))).toHaveLength(1);
    expect(await discoverVersion('nope.io', 'v1', async (path) => legacy(path))).toEqual([]);
  });
});
