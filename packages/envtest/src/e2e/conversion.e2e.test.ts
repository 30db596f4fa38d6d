import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { HookServer, type ReviewRequest } from './hook-server.ts';
import { MERGE, ServerUnderTest } from './server-under-test.ts';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const GROUP = 'conversion.example.com';

let server: ServerUnderTest;
let hooks: HookServer;
/** What the webhook was asked to convert since a test began. */
const asked: ReviewRequest[] = [];
let answer: 'fail' | 'lose' | 'work' = 'work';
beforeAll(async () => {
  [server, hooks] = await Promise.all([ServerUnderTest.start(), HookServer.start()]);
  await server.post(CRDS, definition());
  await until(async () => (await server.get(`/apis/${GROUP}/v2/sites`)).status === 200);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await hooks[Symbol.asyncDispose]();
});

async function until(look: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 1000 && !(await look()); i++) await new Promise((resolve) => setTimeout(resolve, 10));
}

function definition(): object {
  const schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const version = (name: string): object => ({
    name,
    served: true,
    storage: name === 'v1',
    schema: { openAPIV3Schema: schema },
    subresources: { status: {} },
  });
  return {
    metadata: { name: `sites.${GROUP}` },
    spec: {
      group: GROUP,
      scope: 'Namespaced',
      names: { plural: 'sites', singular: 'site', kind: 'Site', listKind: 'SiteList' },
      versions: [version('v2'), version('v1')],
      conversion: {
        strategy: 'Webhook',
        webhook: { conversionReviewVersions: ['v1'], clientConfig: hooks.at('/convert', convert) },
      },
    },
  };
}

/** `host` of v1 is `spec.domain` of v2. */
function convert(request: ReviewRequest): Record<string, unknown> {
  asked.push(request);
  if (answer === 'fail') return { result: { status: 'Failed', message: 'not today' } };
  if (answer === 'lose') return { result: { status: 'Success' }, convertedObjects: [] };
  const { desiredAPIVersion, objects } = request;
  const convertedObjects = objects.map(({ host, spec, ...object }: ReviewRequest) => {
    object.apiVersion = desiredAPIVersion;
    return desiredAPIVersion.endsWith('/v2')
      ? { ...object, spec: { domain: host } }
      : { ...object, host: spec.domain };
  });
  return { result: { status: 'Success' }, convertedObjects };
}

async function sites(version: 'v1' | 'v2', namespace?: string): Promise<string> {
  asked.length = 0;
  return `/apis/${GROUP}/${version}/namespaces/${namespace ?? (await server.namespace())}/sites`;
}

const v1 = (name: string, host: string, labels: Record<string, string> = {}): object => ({
  apiVersion: `${GROUP}/v1`,
  kind: 'Site',
  metadata: { name, labels },
  host,
});

const inVersion = (path: string, version: string): string => path.replace(/\/v\d\//, `/${version}/`);

describe('conversion webhooks', () => {
  it('make of what is stored what is read', async () => {
    const path = await sites('v1');
    await server.post(path, v1('a', 'a.example', { l: '1' }));
    const { status, body } = await server.get(`${inVersion(path, 'v2')}/a`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ apiVersion: `${GROUP}/v2`, spec: { domain: 'a.example' } });
    expect(body.host).toBeUndefined();
    const stored = (await server.get(`${path}/a`)).body;
    const { name, uid, resourceVersion, labels } = stored.metadata;
    expect(body.metadata).toMatchObject({ name, uid, resourceVersion, labels });
    expect(asked.at(-1)).toMatchObject({ desiredAPIVersion: `${GROUP}/v2` });
  });

  it('make of what is written what is stored', async () => {
    const path = await sites('v2');
    const created = await server.post(path, {
      apiVersion: `${GROUP}/v2`,
      kind: 'Site',
      metadata: { name: 'a' },
      spec: { domain: 'a.example' },
    });
    expect(created).toMatchObject({ status: 201, body: { spec: { domain: 'a.example' } } });
    const patched = await server.patch(`${path}/a`, { spec: { domain: 'b.example' } }, MERGE);
    expect(patched).toMatchObject({ status: 200, body: { spec: { domain: 'b.example' } } });
    expect(patched.body.metadata.generation).toBe(2);
    const stored = await server.get(`${inVersion(path, 'v1')}/a`);
    expect(stored.body).toMatchObject({ apiVersion: `${GROUP}/v1`, host: 'b.example' });
    const { resourceVersion } = patched.body.metadata;
    expect(stored.body.metadata.resourceVersion).toBe(resourceVersion);
    const update = { ...patched.body, spec: { domain: 'c.example' } };
    expect(await server.put(`${path}/a`, update)).toMatchObject({ status: 200 });
    expect(await server.put(`${path}/a`, update)).toMatchObject({ status: 409 });
    expect(await server.patch(`${path}/a/status`, { status: { ready: true } }, MERGE)).toMatchObject({
      body: { spec: { domain: 'c.example' }, status: { ready: true } },
    });
    expect(await server.delete(`${path}/a`)).toMatchObject({ status: 200 });
    expect(await server.get(`${path}/a`)).toMatchObject({ status: 404 });
  });

  it('are asked about the objects of a list together', async () => {
    const path = await sites('v1');
    for (let i = 0; i < 20; i++) await server.post(path, v1(`s-${i}`, `${i}.example`));
    asked.length = 0;
    const { body } = await server.get(inVersion(path, 'v2'));
    expect(body.items).toHaveLength(20);
    for (const item of body.items) expect(item.spec.domain).toMatch(/^\d+\.example$/);
  });

  it('convert the events of a watch, in their order', async () => {
    const path = await sites('v1');
    await server.post(path, v1('a', '1'));
    const events = server.events(`${inVersion(path, 'v2')}?watch=1`, 5);
    await until(() => Promise.resolve(asked.length > 0));
    await server.patch(`${path}/a`, { host: '2' }, MERGE);
    await server.patch(`${path}/a`, { host: '3' }, MERGE);
    await server.post(path, v1('b', '4'));
    await server.delete(`${path}/a`);
    const seen = (await events).map(
      ({ type, object }) => `${type} ${object.metadata.name} ${object.spec.domain}`,
    );
    expect(seen).toEqual(['ADDED a 1', 'MODIFIED a 2', 'MODIFIED a 3', 'ADDED b 4', 'DELETED a 3']);
  });

  it.each([
    ['fail', ': not today'],
    ['lose', 'returned 0 objects, expected 1'],
  ] as const)('that %s fail the request', async (how, why) => {
    const path = await sites('v1');
    await server.post(path, v1('a', 'a.example'));
    answer = how;
    const { status, body } = await server.get(`${inVersion(path, 'v2')}/a`);
    const same = await server.get(`${path}/a`);
    answer = 'work';
    expect(status).toBe(500);
    expect(body.message).toContain(`conversion webhook for ${GROUP}/v1, Kind=Site `);
    expect(body.message).toContain(why);
    expect(same.status).toBe(200);
  });

  it('do not keep a definition from going, with all of its objects', async () => {
    await server.post(await sites('v1'), v1('a', 'a.example'));
    const path = `${CRDS}/sites.${GROUP}`;
    expect(await server.delete(path)).toMatchObject({ status: 200 });
    await until(async () => (await server.get(path)).status === 404);
    expect(await server.get(path)).toMatchObject({ status: 404 });
  });
});
