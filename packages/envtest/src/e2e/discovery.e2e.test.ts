import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Answer, ServerUnderTest } from './server-under-test.ts';

let server: ServerUnderTest;
beforeAll(async () => {
  server = await ServerUnderTest.start();
});
afterAll(() => server[Symbol.asyncDispose]());

const AGGREGATED = {
  accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json',
};
const named = (list: Answer['body'][], name: string): Answer['body'] =>
  list.find((item) => item.name === name);

describe('discovery', () => {
  it('lists groups with their preferred versions', async () => {
    expect((await server.get('/api')).body.versions).toEqual(['v1']);
    const { body } = await server.get('/apis');
    expect(body.kind).toBe('APIGroupList');
    expect(named(body.groups, 'autoscaling').preferredVersion.version).toBe('v2');
  });

  it('lists resources with their parts', async () => {
    const { body } = await server.get('/apis/apps/v1');
    expect(named(body.resources, 'deployments')).toMatchObject({
      singularName: 'deployment',
      namespaced: true,
      kind: 'Deployment',
      shortNames: ['deploy'],
      categories: ['all'],
    });
    expect(named(body.resources, 'deployments/scale')).toMatchObject({
      group: 'autoscaling',
      version: 'v1',
      kind: 'Scale',
    });
  });

  it('comes in one document for clients that ask for it', async () => {
    const { body, headers } = await server.get('/apis', AGGREGATED);
    expect(headers['content-type']).toBe(
      'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
    );
    expect(body.kind).toBe('APIGroupDiscoveryList');
    const apps = body.items.find((item: Answer['body']) => item.metadata.name === 'apps');
    const deployments = apps.versions[0].resources.find(
      (item: Answer['body']) => item.resource === 'deployments',
    );
    expect(deployments).toMatchObject({
      scope: 'Namespaced',
      responseKind: { kind: 'Deployment' },
      singularResource: 'deployment',
    });
    const again = await server.get('/apis', { ...AGGREGATED, 'if-none-match': String(headers['etag']) });
    expect(again.status).toBe(304);
  });

  it('tells version and health', async () => {
    expect((await server.get('/version')).body).toMatchObject({ major: '1', minor: '35' });
    for (const path of ['/healthz', '/livez', '/readyz'])
      expect(await server.get(path)).toMatchObject({ status: 200, text: 'ok' });
  });
});

describe('openapi', () => {
  it('has a document for each group and version', async () => {
    const root = JSON.parse((await server.get('/openapi/v3')).text) as {
      paths: Record<string, { serverRelativeURL: string }>;
    };
    const { body } = await server.get(root.paths['apis/apps/v1']?.serverRelativeURL ?? '');
    const path = body.paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}'];
    expect(path.patch['x-kubernetes-group-version-kind']).toEqual({
      group: 'apps',
      version: 'v1',
      kind: 'Deployment',
    });
    expect(path.patch.parameters.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['dryRun', 'fieldValidation']),
    );
    const kinds = Object.values<Answer['body']>(body.components.schemas).flatMap(
      (schema) => schema['x-kubernetes-group-version-kind'] ?? [],
    );
    expect(kinds).toContainEqual({ group: 'apps', version: 'v1', kind: 'Deployment' });
  });
});

describe('reviews', () => {
  it('say what the user may do, and who that is', async () => {
    const access = await server.post('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
      spec: { resourceAttributes: { verb: 'get', resource: 'pods' } },
    });
    expect(access).toMatchObject({ status: 201, body: { status: { allowed: true } } });
    const self = await server.post('/apis/authentication.k8s.io/v1/selfsubjectreviews', {});
    expect(self.body.status.userInfo).toMatchObject({
      username: 'admin',
      groups: expect.arrayContaining(['system:masters']),
    });
  });

  it('check tokens of ServiceAccounts', async () => {
    const namespace = await server.namespace();
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts`;
    await server.post(path, { metadata: { name: 'robot' } });
    const { body } = await server.post(`${path}/robot/token`, { spec: { expirationSeconds: 600 } });
    const review = await server.post('/apis/authentication.k8s.io/v1/tokenreviews', {
      spec: { token: body.status.token },
    });
    expect(review.body.status).toMatchObject({
      authenticated: true,
      user: {
        username: `system:serviceaccount:${namespace}:robot`,
        groups: expect.arrayContaining(['system:serviceaccounts']),
      },
    });
    const self = await server.call(
      'POST',
      '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      {},
      {
        headers: { authorization: `Bearer ${body.status.token}` },
      },
    );
    expect(self.body.status.userInfo.username).toBe(`system:serviceaccount:${namespace}:robot`);
  });

  it('act as others on request', async () => {
    const { body } = await server.call(
      'POST',
      '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      {},
      {
        headers: { 'impersonate-user': 'jane', 'impersonate-group': 'dev' },
      },
    );
    expect(body.status.userInfo).toMatchObject({ username: 'jane', groups: expect.arrayContaining(['dev']) });
    const alone = await server.get('/api/v1/namespaces', { 'impersonate-group': 'dev' });
    expect(alone).toMatchObject({
      status: 400,
      body: { message: 'requested [{Group  dev    }] without impersonating a user' },
    });
  });
});
