import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import { HookServer, type Respond, type ReviewRequest } from './hook-server.ts';
import { MERGE, ServerUnderTest } from './server-under-test.ts';

const ADMISSION = '/apis/admissionregistration.k8s.io/v1';

let server: ServerUnderTest;
let hooks: HookServer;
let namespace: string;
let maps: string;
beforeAll(async () => {
  [server, hooks] = await Promise.all([ServerUnderTest.start(), HookServer.start()]);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await hooks[Symbol.asyncDispose]();
});
beforeEach(async () => {
  namespace = await server.namespace();
  maps = `/api/v1/namespaces/${namespace}/configmaps`;
});

const rule = (resources: string[], operations = ['*']): object => ({
  apiGroups: ['*'],
  apiVersions: ['*'],
  operations,
  resources,
});

const patch = (...operations: object[]): Record<string, unknown> => ({
  allowed: true,
  patchType: 'JSONPatch',
  patch: Buffer.from(JSON.stringify(operations)).toString('base64'),
});

/** Installs a webhook for the test's namespace, and waits until the server asks it; gives what it was asked since. */
async function install(
  type: 'mutating' | 'validating',
  name: string,
  respond: Respond,
  options: Record<string, unknown> = {},
): Promise<ReviewRequest[]> {
  const seen: ReviewRequest[] = [];
  const clientConfig = hooks.at(`/${namespace}/${name}`, (request: ReviewRequest) => {
    seen.push(request);
    return request.name === 'probe' ? { allowed: true } : respond(request);
  });
  const webhook = {
    name: `${name}.example.com`,
    clientConfig,
    rules: [rule(['configmaps'])],
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    timeoutSeconds: 2,
    ...options,
  };
  const path = `${ADMISSION}/${type}webhookconfigurations`;
  const installed = { metadata: { name: `${namespace}-${name}` }, webhooks: [webhook] };
  expect(await server.post(path, installed)).toMatchObject({ status: 201 });
  onTestFinished(async () => {
    expect(await server.delete(`${path}/${namespace}-${name}`)).toMatchObject({ status: 200 });
  });
  const probe = { metadata: { name: 'probe', labels: { probe: 'yes' } } };
  for (let i = 0; i < 500 && seen.length === 0; i++) {
    await server.post(`${maps}?dryRun=All`, probe);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  seen.length = 0;
  return seen;
}

const allow: Respond = () => ({ allowed: true });

describe('admission webhooks', () => {
  it('are told all there is to know', async () => {
    const seen = await install('validating', 'all', allow);
    await server.post(`${maps}?fieldManager=e2e`, { metadata: { name: 'a' }, data: { a: '1' } });
    const created = await server.get(`${maps}/a`);
    await server.patch(`${maps}/a`, { data: { a: '2' } }, MERGE);
    await server.delete(`${maps}/a`);
    const [create, update, deletion] = seen;
    expect(seen).toHaveLength(3);
    expect(create).toMatchObject({
      kind: { group: '', version: 'v1', kind: 'ConfigMap' },
      resource: { group: '', version: 'v1', resource: 'configmaps' },
      requestKind: { group: '', version: 'v1', kind: 'ConfigMap' },
      requestResource: { group: '', version: 'v1', resource: 'configmaps' },
      name: 'a',
      namespace,
      operation: 'CREATE',
      object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace }, data: { a: '1' } },
      oldObject: null,
      dryRun: false,
      options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1', fieldManager: 'e2e' },
    });
    expect(create.userInfo.groups).toContain('system:masters');
    const { uid, creationTimestamp } = created.body.metadata;
    expect(create.object.metadata).toMatchObject({ uid, creationTimestamp });
    expect(update).toMatchObject({
      operation: 'UPDATE',
      object: { data: { a: '2' } },
      oldObject: { data: { a: '1' }, metadata: { resourceVersion: created.body.metadata.resourceVersion } },
      options: { kind: 'UpdateOptions' },
    });
    expect(deletion).toMatchObject({
      operation: 'DELETE',
      object: null,
      oldObject: { data: { a: '2' } },
      options: { kind: 'DeleteOptions' },
    });
  });

  it('are told the name that the server made', async () => {
    const seen = await install('validating', 'named', allow);
    const { body } = await server.post(maps, { metadata: { generateName: 'x-' } });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      object: { metadata: { name: body.metadata.name, uid: body.metadata.uid } },
    });
  });

  it('are asked about subresources only where a rule says so', async () => {
    const whole = await install('validating', 'whole', allow, { rules: [rule(['configmaps', 'pods'])] });
    const parts = await install('validating', 'parts', allow, {
      rules: [rule(['configmaps', 'pods/status'])],
    });
    whole.length = 0;
    const pods = `/api/v1/namespaces/${namespace}/pods`;
    await server.post(`/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name: 'default' } });
    const pod = { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }] } };
    expect(await server.post(pods, pod)).toMatchObject({ status: 201 });
    expect(await server.patch(`${pods}/p/status`, { status: { reason: 'x' } }, MERGE)).toMatchObject({
      status: 200,
    });
    expect(whole.map(({ operation, subResource }) => [operation, subResource])).toEqual([
      ['CREATE', undefined],
    ]);
    expect(parts.map(({ operation, subResource }) => [operation, subResource])).toEqual([
      ['UPDATE', 'status'],
    ]);
  });

  it('are asked where the labels of either state match', async () => {
    const objectSelector = { matchExpressions: [{ key: 'probe', operator: 'Exists' }] };
    const seen = await install('validating', 'selected', allow, { objectSelector });
    await server.post(maps, { metadata: { name: 'plain' } });
    await server.post(maps, { metadata: { name: 'marked', labels: { probe: 'yes' } } });
    await server.patch(`${maps}/marked`, { metadata: { labels: { probe: null } } }, MERGE);
    await server.patch(`${maps}/marked`, { data: { a: '1' } }, MERGE);
    expect(seen.map(({ name, operation }) => `${name} ${operation}`)).toEqual([
      'marked CREATE',
      'marked UPDATE',
    ]);
  });

  it('that mutate go by the names of their configurations, and again where they ask for it', async () => {
    const add =
      (letter: string): Respond =>
      ({ object }) => {
        const steps = String(object.data?.steps ?? '');
        const isDone = steps.includes(letter);
        return isDone
          ? { allowed: true }
          : patch({ op: 'add', path: '/data/steps', value: `${steps}${letter}` });
      };
    const first = await install('mutating', 'a', add('a'), { reinvocationPolicy: 'IfNeeded' });
    const second = await install('mutating', 'b', add('b'));
    first.length = 0;
    const { body } = await server.post(maps, { metadata: { name: 'm' }, data: { steps: '' } });
    expect(body.data).toEqual({ steps: 'ab' });
    expect(first.map(({ object }) => object.data.steps)).toEqual(['', 'ab']);
    expect(second).toHaveLength(1);
    expect((await server.get(`${maps}/m`)).body.data).toEqual({ steps: 'ab' });
  });

  it('that mutate are held to the rules of the kind', async () => {
    await install('mutating', 'bad', () => patch({ op: 'add', path: '/data', value: { 'a/b': 'x' } }));
    expect(await server.post(maps, { metadata: { name: 'm' } })).toMatchObject({ status: 422 });
  });

  it.each([
    [{}, 400, undefined, 'without explanation'],
    [{ status: { reason: 'Gone' } }, 400, 'Gone', ': Gone'],
    [{ status: { message: 'no', code: 418 } }, 418, undefined, ': no'],
    [{ status: { message: 'no', code: 200 } }, 400, undefined, ': no'],
  ])('refuse: %j', async (answer, code, reason, why) => {
    await install('validating', 'refuse', () => ({ allowed: false, ...answer }));
    const { status, body } = await server.post(maps, { metadata: { name: 'a' } });
    expect(status).toBe(code);
    const separator = why.startsWith(':') ? '' : ' ';
    expect(body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: `admission webhook "refuse.example.com" denied the request${separator}${why}`,
      ...(reason !== undefined && { reason }),
      code,
    });
  });

  it('with an answer to something else have failed', async () => {
    await install('validating', 'other', () => ({ allowed: true, uid: 'other' }));
    const { status, body } = await server.post(maps, { metadata: { name: 'a' } });
    expect(status).toBe(500);
    expect(body.message).toMatch(
      /^Internal error occurred: failed calling webhook "other.example.com": .*expected response.uid="/,
    );
  });

  it('are asked about each object of a collection that is deleted', async () => {
    const seen = await install('validating', 'many', allow, {
      rules: [rule(['configmaps'], ['CREATE', 'DELETE'])],
    });
    await server.post(maps, { metadata: { name: 'one' } });
    await server.post(maps, { metadata: { name: 'two' } });
    seen.length = 0;
    expect((await server.delete(`${maps}?fieldSelector=metadata.name!=kube-root-ca.crt`)).status).toBe(200);
    expect(seen.map(({ oldObject, name }) => `${name} ${oldObject.metadata.name}`).toSorted()).toEqual([
      'undefined one',
      'undefined two',
    ]);
    expect((await server.get(maps)).body.items).toEqual([]);
  });

  it('say what users should know', async () => {
    await install('validating', 'warner', () => ({ allowed: true, warnings: ['mind the gap'] }));
    const { headers } = await server.post(maps, { metadata: { name: 'a' } });
    expect(headers['warning']).toBe('299 - "mind the gap"');
  });

  it('cannot keep anybody from removing them', async () => {
    const refuse: Respond = ({ resource }) => ({ allowed: resource.resource === 'configmaps' });
    const everything = {
      rules: [rule(['*/*'])],
      namespaceSelector: {},
      objectSelector: { matchLabels: { probe: 'yes' } },
    };
    await install('validating', 'tyrant', refuse, everything);
    const labels = { probe: 'yes' };
    expect(
      await server.post('/api/v1/namespaces', { metadata: { name: `${namespace}-x`, labels } }),
    ).toMatchObject({
      status: 400,
    });
    const path = `${ADMISSION}/validatingwebhookconfigurations/${namespace}-tyrant`;
    expect(await server.patch(path, { metadata: { labels } }, MERGE)).toMatchObject({ status: 200 });
  });
});
