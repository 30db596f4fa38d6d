import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Answer, APPLY, MERGE, ServerUnderTest } from './server-under-test.ts';

let server: ServerUnderTest;
beforeAll(async () => {
  server = await ServerUnderTest.start();
});
afterAll(() => server[Symbol.asyncDispose]());

const config = (name: string, data: object, metadata: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  data,
});

/** Applies to one ConfigMap in a namespace of its own. */
async function applier(): Promise<{
  path: string;
  apply: (manager: string, body: unknown, query?: string) => Promise<Answer>;
}> {
  const path = `/api/v1/namespaces/${await server.namespace()}/configmaps/app`;
  return {
    path,
    apply: (manager, body, query = '') =>
      server.patch(`${path}?fieldManager=${manager}${query}`, body, APPLY),
  };
}

describe('server-side apply', () => {
  it('creates, and notes who owns what', async () => {
    const { apply } = await applier();
    const { status, body } = await apply('one', config('app', { a: '1' }));
    expect(status).toBe(201);
    expect(body.metadata.managedFields).toMatchObject([
      { manager: 'one', operation: 'Apply', fieldsV1: { 'f:data': { 'f:a': {} } } },
    ]);
  });

  it('changes nothing the second time', async () => {
    const { apply } = await applier();
    const { body: first } = await apply('one', config('app', { a: '1' }));
    const { status, body: second } = await apply('one', config('app', { a: '1' }));
    expect(status).toBe(200);
    expect(second).toEqual(first);
  });

  it('creates what is not there whatever version is named, and changes nothing of another version', async () => {
    const { apply } = await applier();
    const first = await apply('one', config('app', { a: '1' }, { resourceVersion: '1' }), '&force=true');
    expect(first.status).toBe(201);
    expect(first.body.metadata.managedFields).toMatchObject([
      { manager: 'one', operation: 'Apply', fieldsV1: { 'f:data': { 'f:a': {} } } },
    ]);
    const second = await apply('one', config('app', { a: '2' }, { resourceVersion: '1' }), '&force=true');
    expect([second.status, second.body.reason]).toEqual([409, 'Conflict']);
  });

  it('reads YAML', async () => {
    const { apply } = await applier();
    const { body } = await apply(
      'one',
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app\ndata:\n  a: "1"\n',
    );
    expect(body.data).toEqual({ a: '1' });
  });

  it('removes what the manager no longer applies', async () => {
    const { apply } = await applier();
    await apply('one', config('app', { a: '1', b: '2' }));
    const { body } = await apply('one', config('app', { a: '1' }));
    expect(body.data).toEqual({ a: '1' });
  });

  it('reports conflicts with every owner', async () => {
    const { apply } = await applier();
    await apply('one', config('app', { a: '1', b: '1' }));
    const { status, body } = await apply('two', config('app', { a: '2', b: '2' }));
    expect(status).toBe(409);
    expect(body.message).toBe('Apply failed with 2 conflicts: conflicts with "one":\n- .data.a\n- .data.b');
    expect(body.details.causes).toEqual([
      { reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.data.a' },
      { reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.data.b' },
    ]);
  });

  it('takes fields over by force', async () => {
    const { apply } = await applier();
    await apply('one', config('app', { a: '1', b: '1' }));
    const { body } = await apply('two', config('app', { a: '2' }), '&force=true');
    expect(body.data).toEqual({ a: '2', b: '1' });
    expect(
      body.metadata.managedFields.map(({ manager, fieldsV1 }: Answer['body']) => [manager, fieldsV1]),
    ).toEqual([
      ['one', { 'f:data': { 'f:b': {} } }],
      ['two', { 'f:data': { 'f:a': {} } }],
    ]);
  });

  it('keeps what was there before the first apply', async () => {
    const { path, apply } = await applier();
    await server.post(path.replace(/\/app$/, ''), config('app', { a: '1' }));
    await server.patch(path, { metadata: { managedFields: [{}] } }, MERGE);
    const { body } = await apply('one', config('app', { b: '2' }));
    expect(body.metadata.managedFields.map(({ manager }: Answer['body']) => manager)).toEqual([
      'one',
      'before-first-apply',
    ]);
  });

  it('refuses what is no configuration', async () => {
    const { path, apply } = await applier();
    expect((await server.patch(path, config('app', {}), APPLY)).body.message).toContain(
      'is required for apply patch',
    );
    expect((await apply('one', { data: {} })).body.message).toBe('invalid object type: /, Kind=');
    expect((await apply('one', config('other', {}))).status).toBe(400);
    expect((await apply('one', config('app', {}, { managedFields: [{ manager: 'x' }] }))).body.message).toBe(
      'metadata.managedFields must be nil',
    );
    expect((await apply('one', config('app', {}, { uid: 'gone' }))).body.message).toContain('uid mismatch');
  });

  it('tries out a change of an existing object', async () => {
    const { path, apply } = await applier();
    const { body: created } = await apply('one', config('app', { a: '1' }));
    const { body } = await apply('one', config('app', { a: '2' }), '&dryRun=All');
    expect(body.data).toEqual({ a: '2' });
    expect(body.metadata.resourceVersion).toBe(created.metadata.resourceVersion);
    expect((await server.get(path)).body.data).toEqual({ a: '1' });
  });

  it('finds no drift in an object that only has defaults beside the configuration', async () => {
    const namespace = await server.namespace();
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments/web?fieldManager=gitops`;
    const labels = { app: 'web' };
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [
              {
                name: 'web',
                image: 'web:1',
                ports: [{ containerPort: 80 }],
                resources: { limits: { cpu: '0.1' } },
              },
            ],
          },
        },
      },
    };
    const { body: first } = await server.patch(path, deployment, APPLY);
    const { body: again } = await server.patch(`${path}&dryRun=All`, deployment, APPLY);
    expect(again).toEqual(first);
  });
});
