import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { MERGE, ServerUnderTest } from './server-under-test.ts';

let server: ServerUnderTest;
beforeAll(async () => {
  server = await ServerUnderTest.start();
});
afterAll(() => server[Symbol.asyncDispose]());

async function configMap(metadata: object = {}): Promise<string> {
  const path = `/api/v1/namespaces/${await server.namespace()}/configmaps`;
  await server.post(path, { metadata: { name: 'a', ...metadata } });
  return `${path}/a`;
}

describe('delete', () => {
  it('answers with a Status when the object is gone', async () => {
    const path = await configMap();
    const { body: object } = await server.get(path);
    const { body } = await server.delete(path);
    expect(body).toMatchObject({
      kind: 'Status',
      status: 'Success',
      details: { name: 'a', kind: 'configmaps', uid: object.metadata.uid },
    });
    expect((await server.delete(path)).status).toBe(404);
  });

  it('waits for finalizers', async () => {
    const path = await configMap({ finalizers: ['example.com/hold'] });
    const { body } = await server.delete(path);
    expect(body.metadata).toMatchObject({ deletionGracePeriodSeconds: 0, finalizers: ['example.com/hold'] });
    expect(body.metadata.deletionTimestamp).toBeDefined();
    const again = await server.delete(path);
    expect(again.body.metadata.resourceVersion).toBe(body.metadata.resourceVersion);
    const more = await server.patch(
      path,
      { metadata: { finalizers: ['example.com/hold', 'example.com/more'] } },
      MERGE,
    );
    expect(more.body.message).toContain('no new finalizers can be added if the object is being deleted');
    const last = await server.patch(path, { metadata: { finalizers: null } }, MERGE);
    expect(last.status).toBe(200);
    expect(last.body.metadata.resourceVersion).toBe(body.metadata.resourceVersion);
    expect((await server.get(path)).status).toBe(404);
  });

  it('notes the policy as a finalizer', async () => {
    const path = await configMap();
    const { body } = await server.delete(`${path}?propagationPolicy=Foreground`);
    expect(body.metadata.finalizers).toEqual(['foregroundDeletion']);
    const orphaning = await configMap();
    expect(
      (await server.delete(orphaning, { propagationPolicy: 'Orphan' })).body.metadata.finalizers,
    ).toEqual(['orphan']);
    expect((await server.delete(path, { propagationPolicy: 'Somehow' })).status).toBe(422);
  });

  it('checks preconditions', async () => {
    const path = await configMap();
    const { status, body } = await server.delete(path, { preconditions: { uid: 'other' } });
    expect(status).toBe(409);
    expect(body.message).toContain('the UID in the precondition (other) does not match the UID in record');
    expect((await server.delete(path, { preconditions: { resourceVersion: '1' } })).status).toBe(409);
  });

  it('tries out', async () => {
    const path = await configMap();
    expect((await server.delete(path, { dryRun: ['All'] })).status).toBe(200);
    expect((await server.get(path)).status).toBe(200);
  });
});

describe('namespaces', () => {
  it('carry their name as a label, and a finalizer of their own', async () => {
    const name = await server.namespace();
    const { body } = await server.get(`/api/v1/namespaces/${name}`);
    expect(body.metadata.labels).toEqual({ 'kubernetes.io/metadata.name': name });
    expect(body).toMatchObject({ spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } });
  });

  it('take nothing in while they are deleted, and go when they are finalized', async () => {
    const name = await server.namespace();
    const path = `/api/v1/namespaces/${name}`;
    const { body } = await server.delete(path);
    expect(body.status.phase).toBe('Terminating');
    const refused = await server.post(`${path}/configmaps`, { metadata: { name: 'late' } });
    expect(refused.status).toBe(403);
    expect(refused.body.details.causes[0].reason).toBe('NamespaceTerminating');
    expect(
      (await server.put(`${path}/finalize`, { metadata: { name }, spec: { finalizers: [] } })).status,
    ).toBe(200);
    expect((await server.get(path)).status).toBe(404);
  });

  it('stay where the cluster needs them', async () => {
    expect((await server.delete('/api/v1/namespaces/default')).status).toBe(403);
  });
});
