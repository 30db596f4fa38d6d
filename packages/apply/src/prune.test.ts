import type { KubeObject, ObjectRef } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { formatChangeSet } from './change-set.ts';
import type { ApplyError } from './errors.ts';
import { ownerLabels } from './owner.ts';
import { pruneObjects } from './prune.ts';
import { waitForTermination } from './termination.ts';
import { refuse, startStubCluster, type StubCluster } from './testdata/stub-cluster.ts';

const owner = { group: 'portal.example.com', name: 'web', namespace: 'portal' };
const ref = (name: string, kind = 'ConfigMap'): ObjectRef => ({
  apiVersion: 'v1',
  kind,
  name,
  ...(kind !== 'Namespace' && { namespace: 'web' }),
});
const path = (name: string, plural = 'configmaps'): string => `/api/v1/namespaces/web/${plural}/${name}`;

function put(cluster: StubCluster, name: string, metadata: KubeObject['metadata'] = {}): void {
  const labels = ownerLabels(owner);
  cluster.objects.set(path(name), {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'web', uid: `u-${name}`, labels, ...metadata },
  });
}

describe('pruneObjects', () => {
  it('deletes what is ours, and counts what is gone', async () => {
    await using cluster = await startStubCluster();
    put(cluster, 'a');
    let body: unknown;
    cluster.intercept = (request) => {
      if (request.method === 'DELETE') body = request.body;
      return undefined;
    };
    const changes = await pruneObjects(cluster.client, [ref('a'), ref('gone')], { owner });
    expect(formatChangeSet(changes).split('\n')).toEqual([
      'ConfigMap/web/gone deleted',
      'ConfigMap/web/a deleted',
    ]);
    expect(body).toMatchObject({ propagationPolicy: 'Background', preconditions: { uid: 'u-a' } });
    expect(cluster.objects.size).toBe(0);
  });

  it('skips what another owner has, and what is to be kept', async () => {
    await using cluster = await startStubCluster();
    put(cluster, 'moved', { labels: ownerLabels({ ...owner, name: 'other' }) });
    put(cluster, 'plain', { labels: {} });
    put(cluster, 'kept', { annotations: { 'portal.example.com/prune': 'Disabled' } });
    put(cluster, 'ignored', { annotations: { 'portal.example.com/ssa': 'ignore' } });
    const changes = await pruneObjects(
      cluster.client,
      ['moved', 'plain', 'kept', 'ignored'].map((name) => ref(name)),
      { owner },
    );
    expect(changes.entries.map(({ action }) => action)).toEqual(['skipped', 'skipped', 'skipped', 'skipped']);
    expect(cluster.objects.size).toBe(4);
  });

  it('goes in the reverse of the order of an apply', async () => {
    await using cluster = await startStubCluster();
    const changes = await pruneObjects(
      cluster.client,
      [ref('web', 'Namespace'), ref('s', 'Secret'), ref('c')],
      { owner },
    );
    expect(changes.entries.map(({ ref: { kind } }) => kind)).toEqual(['Secret', 'ConfigMap', 'Namespace']);
  });

  it('takes objects of a kind that is no longer served for gone', async () => {
    await using cluster = await startStubCluster();
    cluster.intercept = ({ path: at }) =>
      at === '/apis/shop.io/v1' ? refuse(404, 'NotFound', 'no') : undefined;
    const toy = { apiVersion: 'shop.io/v1', kind: 'Toy', name: 'bear', namespace: 'web' };
    expect((await pruneObjects(cluster.client, [toy], { owner })).entries).toEqual([
      { ref: toy, action: 'deleted' },
    ]);
  });

  it('tries all before it fails, and tells what it did', async () => {
    await using cluster = await startStubCluster();
    for (const name of ['a', 'b', 'c']) put(cluster, name);
    cluster.intercept = ({ text }) =>
      text === `DELETE ${path('b')}` ? refuse(403, 'Forbidden', 'a webhook says no') : undefined;
    const error = (await pruneObjects(
      cluster.client,
      ['a', 'b', 'c'].map((name) => ref(name)),
      { owner },
    ).catch((e: unknown) => e)) as ApplyError;
    expect(error).toMatchObject({
      code: 'APPLY_PRUNE_FAILED',
      message: 'delete failed, errors: ConfigMap/web/b a webhook says no;',
      object: { name: 'b' },
      retry: 'backoff',
    });
    expect(error.changes?.entries.map(({ ref: { name } }) => name)).toEqual(['c', 'a']);
  });

  it('ends with the reason of the signal', async () => {
    await using cluster = await startStubCluster();
    const reason = new Error('enough');
    await expect(
      pruneObjects(cluster.client, [ref('a')], { owner, signal: AbortSignal.abort(reason) }),
    ).rejects.toBe(reason);
  });
});

describe('waitForTermination', () => {
  it('ends when all are gone', async () => {
    await using cluster = await startStubCluster();
    put(cluster, 'a');
    setTimeout(() => cluster.objects.clear(), 30);
    await waitForTermination(cluster.client, [ref('a'), ref('b')], { timeoutMs: 5000, pollMs: 10 });
    expect(cluster.requests.filter((request) => request.endsWith('/b'))).toHaveLength(1);
  });

  it('names the first that does not go', async () => {
    await using cluster = await startStubCluster();
    put(cluster, 'a');
    await expect(
      waitForTermination(cluster.client, [ref('a')], { timeoutMs: 30, pollMs: 10 }),
    ).rejects.toMatchObject({
      code: 'APPLY_TERMINATION_TIMEOUT',
      message: 'ConfigMap/web/a termination timeout after 30 ms',
      hint: expect.stringContaining('finalizer'),
    });
  });

  it('does not take a failing server for an empty one', async () => {
    await using cluster = await startStubCluster();
    cluster.intercept = () => refuse(500, 'InternalError', 'down');
    await expect(waitForTermination(cluster.client, [ref('a')], { timeoutMs: 30 })).rejects.toMatchObject({
      code: 'KUBE_STATUS',
    });
  });
});
