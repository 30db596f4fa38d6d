import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { JSON_PATCH, MERGE, ServerUnderTest, STRATEGIC } from './server-under-test.ts';

let server: ServerUnderTest;
beforeAll(async () => {
  server = await ServerUnderTest.start();
});
afterAll(() => server[Symbol.asyncDispose]());

const template = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image: 'web:1.0' }] },
};
const deployment = (name: string, spec: object = {}): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template, ...spec },
});

async function paths(): Promise<{
  configMaps: string;
  deployments: string;
  secrets: string;
  services: string;
}> {
  const namespace = await server.namespace();
  return {
    configMaps: `/api/v1/namespaces/${namespace}/configmaps`,
    secrets: `/api/v1/namespaces/${namespace}/secrets`,
    services: `/api/v1/namespaces/${namespace}/services`,
    deployments: `/apis/apps/v1/namespaces/${namespace}/deployments`,
  };
}

describe('errors', () => {
  it('names the resource that is missing', async () => {
    const { deployments } = await paths();
    const { status, body } = await server.get(`${deployments}/nope`);
    expect(status).toBe(404);
    expect(body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'deployments.apps "nope" not found',
      reason: 'NotFound',
      details: { name: 'nope', group: 'apps', kind: 'deployments' },
      code: 404,
    });
  });

  it('tells unknown paths, groups and resources apart', async () => {
    expect(await server.get('/nothing')).toMatchObject({ status: 404, text: '404 page not found\n' });
    expect(await server.get('/apis/nope.example.com/v1/things')).toMatchObject({
      status: 404,
      text: '404 page not found\n',
    });
    expect((await server.get('/api/v1/things')).body).toMatchObject({ reason: 'NotFound', details: {} });
    expect((await server.get('/apis/apps/v9')).body).toMatchObject({ reason: 'NotFound' });
  });

  it('refuses methods that a path does not have', async () => {
    const { configMaps } = await paths();
    expect(await server.put(configMaps, {})).toMatchObject({
      status: 405,
      body: { reason: 'MethodNotAllowed' },
    });
    expect((await server.post(`${configMaps}/a`, {})).status).toBe(405);
  });

  it('refuses unknown tokens', async () => {
    const answer = await server.get('/api/v1/namespaces', { authorization: 'Bearer wrong' });
    expect(answer).toMatchObject({ status: 401, body: { reason: 'Unauthorized', message: 'Unauthorized' } });
  });

  it('refuses bodies that it cannot read', async () => {
    const { configMaps } = await paths();
    expect(await server.post(configMaps, 'x', { contentType: 'text/plain' })).toMatchObject({ status: 415 });
    expect(await server.post(configMaps, '{"a":')).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('unexpected end of JSON input') },
    });
  });

  it('lists every mistake in an object', async () => {
    const { deployments } = await paths();
    const bad = deployment('bad', { replicas: -1, selector: { matchLabels: { app: 'other' } } });
    const { status, body } = await server.post(deployments, bad);
    expect(status).toBe(422);
    expect(body.message).toBe(
      'Deployment.apps "bad" is invalid: [spec.replicas: Invalid value: -1: must be greater than or equal to 0, spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`]',
    );
    expect(body.details.causes).toHaveLength(2);
  });

  it('says which Go field a value of the wrong type is for', async () => {
    const { deployments } = await paths();
    const { status, body } = await server.post(deployments, deployment('typed', { replicas: 'two' }));
    expect(status).toBe(400);
    expect(body.message).toBe(
      'Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
    );
  });
});

describe('create', () => {
  it('fills in metadata', async () => {
    const { configMaps } = await paths();
    const { status, body } = await server.post(configMaps, {
      metadata: { name: 'settings', uid: 'mine' },
      data: { color: 'blue' },
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1', data: { color: 'blue' } });
    expect(body.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(body.metadata.creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(body.metadata.managedFields).toMatchObject([
      { manager: 'e2e', operation: 'Update', fieldsV1: { 'f:data': { '.': {}, 'f:color': {} } } },
    ]);
  });

  it('generates names', async () => {
    const { configMaps } = await paths();
    const { body } = await server.post(configMaps, { metadata: { generateName: 'run-' } });
    expect(body.metadata.name).toMatch(/^run-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  });

  it('refuses a name that is taken, missing or malformed', async () => {
    const { configMaps } = await paths();
    await server.post(configMaps, { metadata: { name: 'taken' } });
    expect(await server.post(configMaps, { metadata: { name: 'taken' } })).toMatchObject({
      status: 409,
      body: { reason: 'AlreadyExists' },
    });
    expect((await server.post(configMaps, { metadata: {} })).body.message).toContain(
      'name or generateName is required',
    );
    expect((await server.post(configMaps, { metadata: { name: 'Not_Good' } })).status).toBe(422);
  });

  it('refuses a missing or another namespace', async () => {
    const { configMaps } = await paths();
    expect(
      await server.post('/api/v1/namespaces/missing/configmaps', { metadata: { name: 'a' } }),
    ).toMatchObject({
      status: 404,
      body: { message: 'namespaces "missing" not found' },
    });
    expect((await server.post(configMaps, { metadata: { name: 'a', namespace: 'other' } })).status).toBe(400);
  });

  it('defaults a Deployment as the real server does', async () => {
    const { deployments } = await paths();
    const { body } = await server.post(deployments, deployment('web'));
    expect(body.metadata.generation).toBe(1);
    expect(body.status).toEqual({});
    expect(body.spec).toMatchObject({
      progressDeadlineSeconds: 600,
      revisionHistoryLimit: 10,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    });
    expect(body.spec.template.spec).toEqual({
      containers: [
        {
          name: 'web',
          image: 'web:1.0',
          imagePullPolicy: 'IfNotPresent',
          resources: {},
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
        },
      ],
      dnsPolicy: 'ClusterFirst',
      restartPolicy: 'Always',
      schedulerName: 'default-scheduler',
      securityContext: {},
      terminationGracePeriodSeconds: 30,
    });
  });

  it('brings quantities into their canonical form', async () => {
    const { deployments } = await paths();
    const resources = { requests: { cpu: '0.5', memory: '1024Mi' }, limits: { cpu: 2, memory: '2e9' } };
    const spec = { containers: [{ name: 'web', image: 'web:1.0', resources }] };
    const { body } = await server.post(deployments, deployment('sized', { template: { ...template, spec } }));
    expect(body.spec.template.spec.containers[0].resources).toEqual({
      requests: { cpu: '500m', memory: '1Gi' },
      limits: { cpu: '2', memory: '2e9' },
    });
  });

  it('leaves out what Go leaves out', async () => {
    const { deployments } = await paths();
    const { body } = await server.post(
      deployments,
      deployment('sparse', { paused: false, minReadySeconds: 0 }),
    );
    expect(body.spec).not.toHaveProperty('paused');
    expect(body.spec).not.toHaveProperty('minReadySeconds');
  });

  it('allocates addresses for Services', async () => {
    const { services } = await paths();
    const { body } = await server.post(services, {
      metadata: { name: 'web' },
      spec: { ports: [{ port: 80 }] },
    });
    expect(body.spec.clusterIP).toMatch(/^10\.96\./);
    expect(body.spec.clusterIPs).toEqual([body.spec.clusterIP]);
    expect(body.spec.ports).toEqual([{ port: 80, targetPort: 80, protocol: 'TCP' }]);
  });

  it('turns stringData of Secrets into data', async () => {
    const { secrets } = await paths();
    const { body } = await server.post(secrets, {
      metadata: { name: 'login' },
      stringData: { user: 'admin' },
    });
    expect(body).toMatchObject({ type: 'Opaque', data: { user: 'YWRtaW4=' } });
    expect(body).not.toHaveProperty('stringData');
  });

  it('tries out without storing', async () => {
    const { configMaps } = await paths();
    const { status, body } = await server.post(`${configMaps}?dryRun=All`, { metadata: { name: 'dry' } });
    expect(status).toBe(201);
    expect(body.metadata.uid).toBeDefined();
    expect(body.metadata.resourceVersion).toBeUndefined();
    expect((await server.get(`${configMaps}/dry`)).status).toBe(404);
  });
});

describe('field validation', () => {
  const withTypo = (name: string): object => deployment(name, { replcas: 3 });

  it('refuses unknown fields when strict', async () => {
    const { deployments } = await paths();
    const { status, body } = await server.post(`${deployments}?fieldValidation=Strict`, withTypo('strict'));
    expect(status).toBe(400);
    expect(body.message).toContain('strict decoding error: unknown field "spec.replcas"');
  });

  it('warns of them by default, and drops them', async () => {
    const { deployments } = await paths();
    const { status, headers, body } = await server.post(deployments, withTypo('warned'));
    expect(status).toBe(201);
    expect(headers['warning']).toBe('299 - "unknown field \\"spec.replcas\\""');
    expect(body.spec).not.toHaveProperty('replcas');
  });

  it('says nothing when told so', async () => {
    const { deployments } = await paths();
    const { headers } = await server.post(`${deployments}?fieldValidation=Ignore`, withTypo('ignored'));
    expect(headers['warning']).toBeUndefined();
  });

  it('finds keys that are given twice', async () => {
    const { configMaps } = await paths();
    const text = '{"metadata":{"name":"twice"},"data":{"a":"1","a":"2"}}';
    expect((await server.post(`${configMaps}?fieldValidation=Strict`, text)).body.message).toContain(
      'duplicate field "data.a"',
    );
  });

  it('refuses other modes', async () => {
    const { configMaps } = await paths();
    const { status, body } = await server.post(`${configMaps}?fieldValidation=Sometimes`, {
      metadata: { name: 'a' },
    });
    expect(status).toBe(422);
    expect(body.details).toMatchObject({ group: 'meta.k8s.io', kind: 'CreateOptions' });
  });
});

describe('update', () => {
  it('needs the version that is stored, if it is given one', async () => {
    const { configMaps } = await paths();
    const { body: first } = await server.post(configMaps, { metadata: { name: 'a' }, data: { n: '1' } });
    const { body: second } = await server.put(`${configMaps}/a`, { ...first, data: { n: '2' } });
    expect(second.data).toEqual({ n: '2' });
    const stale = await server.put(`${configMaps}/a`, { ...first, data: { n: '3' } });
    expect(stale).toMatchObject({
      status: 409,
      body: { reason: 'Conflict', details: { name: 'a', kind: 'configmaps' } },
    });
    expect((await server.put(`${configMaps}/a`, { metadata: { name: 'a' }, data: { n: '4' } })).status).toBe(
      200,
    );
  });

  it('keeps the version when nothing changes', async () => {
    const { configMaps } = await paths();
    const { body } = await server.post(configMaps, { metadata: { name: 'a' }, data: { n: '1' } });
    const again = await server.put(`${configMaps}/a`, { metadata: { name: 'a' }, data: { n: '1' } });
    expect(again.body.metadata.resourceVersion).toBe(body.metadata.resourceVersion);
  });

  it('keeps what the server owns', async () => {
    const { deployments } = await paths();
    const { body: created } = await server.post(deployments, deployment('web'));
    const changed = {
      ...created,
      metadata: { name: 'web', generation: 99, creationTimestamp: '2001-01-01T00:00:00Z' },
    };
    const { body } = await server.put(`${deployments}/web`, changed);
    expect(body.metadata).toMatchObject({
      uid: created.metadata.uid,
      generation: 1,
      creationTimestamp: created.metadata.creationTimestamp,
    });
  });

  it('refuses changes of immutable fields', async () => {
    const { deployments, configMaps } = await paths();
    await server.post(deployments, deployment('web'));
    const selector = { selector: { matchLabels: { app: 'web', tier: 'front' } } };
    const relabeled = { template: { ...template, metadata: { labels: { app: 'web', tier: 'front' } } } };
    const { body } = await server.put(`${deployments}/web`, deployment('web', { ...selector, ...relabeled }));
    expect(body.message).toContain('field is immutable');
    await server.post(configMaps, { metadata: { name: 'frozen' }, immutable: true, data: { a: '1' } });
    expect((await server.patch(`${configMaps}/frozen`, { data: { a: '2' } }, MERGE)).status).toBe(422);
  });

  it('creates only kinds that may be created by it', async () => {
    const namespace = await server.namespace();
    const lease = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/lock`;
    expect(
      (await server.put(lease, { metadata: { name: 'lock' }, spec: { holderIdentity: 'me' } })).status,
    ).toBe(201);
    expect(
      (await server.put(`/api/v1/namespaces/${namespace}/configmaps/a`, { metadata: { name: 'a' } })).status,
    ).toBe(404);
  });
});

describe('generation and status', () => {
  it('counts changes of the desired state', async () => {
    const { deployments } = await paths();
    await server.post(deployments, deployment('web'));
    const generation = async (patch: object, path = ''): Promise<number> =>
      (await server.patch(`${deployments}/web${path}`, patch, MERGE)).body.metadata.generation;
    expect(await generation({ metadata: { labels: { a: 'b' } } })).toBe(1);
    expect(await generation({ spec: { replicas: 3 } })).toBe(2);
    expect(await generation({ metadata: { annotations: { a: 'b' } } })).toBe(3);
    expect(await generation({ status: { replicas: 3 } }, '/status')).toBe(3);
  });

  it('keeps status and the rest apart', async () => {
    const { deployments } = await paths();
    await server.post(deployments, deployment('web'));
    const both = { spec: { replicas: 7 }, status: { replicas: 3 }, metadata: { labels: { z: '1' } } };
    const { body: status } = await server.patch(`${deployments}/web/status`, both, MERGE);
    expect(status).toMatchObject({ spec: { replicas: 2 }, status: { replicas: 3 } });
    expect(status.metadata.labels).toBeUndefined();
    const { body: main } = await server.patch(
      `${deployments}/web`,
      { spec: { replicas: 5 }, status: { replicas: 9 } },
      MERGE,
    );
    expect(main).toMatchObject({ spec: { replicas: 5 }, status: { replicas: 3 } });
  });

  it('scales', async () => {
    const { deployments } = await paths();
    await server.post(deployments, deployment('web'));
    const { body } = await server.get(`${deployments}/web/scale`);
    expect(body).toMatchObject({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      spec: { replicas: 2 },
      status: { replicas: 0, selector: 'app=web' },
    });
    const scaled = await server.patch(`${deployments}/web/scale`, { spec: { replicas: 4 } }, MERGE);
    expect(scaled.body.spec).toEqual({ replicas: 4 });
    const { metadata, spec } = (await server.get(`${deployments}/web`)).body;
    expect(spec.replicas).toBe(4);
    expect(metadata.managedFields).toContainEqual(
      expect.objectContaining({ subresource: 'scale', fieldsV1: { 'f:spec': { 'f:replicas': {} } } }),
    );
    expect((await server.patch(`${deployments}/web/scale`, { spec: { replicas: -1 } }, MERGE)).status).toBe(
      422,
    );
  });
});

describe('patches', () => {
  it('merges, and deletes by null', async () => {
    const { configMaps } = await paths();
    await server.post(configMaps, { metadata: { name: 'a' }, data: { keep: '1', drop: '2' } });
    const { body } = await server.patch(`${configMaps}/a`, { data: { drop: null, add: '3' } }, MERGE);
    expect(body.data).toEqual({ keep: '1', add: '3' });
  });

  it('applies JSON patches, and refuses those that fail', async () => {
    const { configMaps } = await paths();
    await server.post(configMaps, { metadata: { name: 'a' }, data: { n: '1' } });
    const path = `${configMaps}/a`;
    const { body } = await server.patch(path, [{ op: 'replace', path: '/data/n', value: '2' }], JSON_PATCH);
    expect(body.data).toEqual({ n: '2' });
    for (const bad of [
      { op: 'test', path: '/data/n', value: 'x' },
      { op: 'remove', path: '/data/missing' },
    ]) {
      expect(await server.patch(path, [bad], JSON_PATCH)).toMatchObject({
        status: 422,
        body: { reason: 'Invalid', details: {} },
      });
    }
    expect((await server.patch(path, { op: 'test' }, JSON_PATCH)).body.message).toContain(
      '[]handlers.jsonPatchOp',
    );
  });

  it('merges lists by their keys', async () => {
    const { deployments } = await paths();
    await server.post(deployments, deployment('web'));
    const sidecar = { spec: { template: { spec: { containers: [{ name: 'proxy', image: 'proxy:2' }] } } } };
    const { body } = await server.patch(`${deployments}/web`, sidecar, STRATEGIC);
    const names = body.spec.template.spec.containers.map(({ name }: { name: string }) => name);
    expect(names.sort()).toEqual(['proxy', 'web']);
  });

  it('refuses other types, and other objects', async () => {
    const { configMaps } = await paths();
    await server.post(configMaps, { metadata: { name: 'a' } });
    expect(await server.patch(`${configMaps}/a`, {}, { contentType: 'application/json' })).toMatchObject({
      status: 415,
    });
    expect(await server.patch(`${configMaps}/a`, { metadata: { name: 'b' } }, MERGE)).toMatchObject({
      status: 400,
    });
    expect(
      await server.patch(`${configMaps}/a`, { metadata: { resourceVersion: '1' }, data: {} }, MERGE),
    ).toMatchObject({ status: 409 });
    expect(await server.patch(`${configMaps}/a?force=true`, {}, MERGE)).toMatchObject({ status: 422 });
  });
});
