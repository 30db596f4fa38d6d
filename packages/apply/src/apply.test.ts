import type { KubeObject } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { applyResources } from './apply.ts';
import { ApplyMemory } from './apply-memory.ts';
import { type ChangeSet, formatChangeSet } from './change-set.ts';
import { diffResources } from './diff.ts';
import { ApplyError } from './errors.ts';
import { refuse, startStubCluster } from './testdata/stub-cluster.ts';

const owner = { fieldManager: 'portal', group: 'portal.example.com', name: 'web', namespace: 'portal' };
const labels = { 'portal.example.com/name': 'web', 'portal.example.com/namespace': 'portal' };

const configMap = (
  name: string,
  data: Record<string, string> = {},
  metadata: KubeObject['metadata'] = {},
): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'web', ...metadata },
  data,
});

const path = (name: string): string => `/api/v1/namespaces/web/configmaps/${name}`;
const resources = (...objects: KubeObject[]) => objects.map((object) => ({ object }));

/** An object as a cluster stores it, applied by us. */
const stored = (object: KubeObject, over: KubeObject['metadata'] = {}): KubeObject => ({
  ...object,
  metadata: {
    ...object.metadata,
    uid: 'u1',
    resourceVersion: '1',
    labels: { ...object.metadata.labels, ...labels },
    ...over,
  },
});

async function failureOf(promise: Promise<unknown>): Promise<ApplyError> {
  const error: unknown = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ApplyError);
  return error as ApplyError;
}

describe('applyResources', () => {
  it('reads and dry-runs everything, then writes what differs, with the labels of the owner', async () => {
    await using cluster = await startStubCluster();
    cluster.objects.set(path('same'), stored(configMap('same', { a: '1' })));
    cluster.objects.set(path('changed'), stored(configMap('changed', { a: '1' })));
    const wanted = resources(
      configMap('same', { a: '1' }),
      configMap('changed', { a: '2' }),
      configMap('new'),
    );
    const changes = await applyResources(cluster.client, wanted, { owner });
    expect(formatChangeSet(changes).split('\n')).toEqual([
      'ConfigMap/web/changed configured',
      'ConfigMap/web/new created',
      'ConfigMap/web/same unchanged',
    ]);
    expect(cluster.objects.get(path('new'))?.metadata.labels).toEqual(labels);
    const writes = cluster.requests.filter(
      (request) => request.startsWith('PATCH') && !request.endsWith('dry'),
    );
    expect(writes.toSorted()).toEqual([`PATCH ${path('changed')}`, `PATCH ${path('new')}`]);
    expect(cluster.requests.slice(-2).toSorted()).toEqual(writes.toSorted());
    expect(cluster.requests).toHaveLength(8);
  });

  it('writes nothing of a stage of which one object is refused', async () => {
    await using cluster = await startStubCluster();
    cluster.intercept = ({ text }) =>
      text === `PATCH ${path('bad')} dry` ? refuse(422, 'Invalid', 'data: bad') : undefined;
    const error = await failureOf(
      applyResources(cluster.client, resources(configMap('good'), configMap('bad')), {
        owner,
        concurrency: 1,
      }),
    );
    expect(error).toMatchObject({
      code: 'APPLY_DRY_RUN_FAILED',
      message: 'ConfigMap/web/bad dry-run failed (Invalid): data: bad',
      object: { kind: 'ConfigMap', name: 'bad' },
      retry: 'terminal',
      changes: { entries: [] },
    });
    expect(cluster.objects.size).toBe(0);
  });

  it('tells what was done before a failure', async () => {
    await using cluster = await startStubCluster();
    cluster.intercept = ({ text }) =>
      text === `PATCH ${path('b')}` ? refuse(500, 'InternalError', 'etcd is full') : undefined;
    const seen: ChangeSet[] = [];
    const wanted = resources(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'web' } },
      configMap('a'),
      configMap('b'),
      configMap('c'),
    );
    const error = await failureOf(
      applyResources(cluster.client, wanted, {
        owner,
        concurrency: 1,
        onApplied: (changes) => seen.push(changes),
      }),
    );
    expect(error).toMatchObject({
      code: 'APPLY_FAILED',
      message: 'ConfigMap/web/b apply failed: etcd is full',
      retry: 'backoff',
    });
    expect(formatChangeSet(error.changes ?? { entries: [] })).toBe(
      'Namespace/web created\nConfigMap/web/a created',
    );
    expect(seen.map(({ entries }) => entries.length)).toEqual([1, 2]);
  });

  it('names an object of a kind with namespaces that names none', async () => {
    await using cluster = await startStubCluster();
    const { namespace: _none, ...metadata } = configMap('a').metadata;
    const error = await failureOf(
      applyResources(cluster.client, resources({ ...configMap('a'), metadata }), { owner }),
    );
    expect(error).toMatchObject({
      code: 'APPLY_DRY_RUN_FAILED',
      message: expect.stringMatching(/^ConfigMap\/a namespace not specified: /),
    });
  });

  it('fails where an object cannot be read', async () => {
    await using cluster = await startStubCluster();
    cluster.intercept = ({ method }) => (method === 'GET' ? refuse(500, 'InternalError', 'down') : undefined);
    const error = await failureOf(applyResources(cluster.client, resources(configMap('a')), { owner }));
    expect(error).toMatchObject({
      code: 'APPLY_READ_FAILED',
      message: 'ConfigMap/web/a query failed: down',
      retry: 'backoff',
    });
  });

  it('applies what it may not read', async () => {
    await using cluster = await startStubCluster();
    cluster.objects.set(path('a'), stored(configMap('a')));
    cluster.intercept = ({ method }) => (method === 'GET' ? refuse(403, 'Forbidden', 'no') : undefined);
    expect(formatChangeSet(await applyResources(cluster.client, resources(configMap('a')), { owner }))).toBe(
      'ConfigMap/web/a configured',
    );
  });

  it('ends with the reason of the signal', async () => {
    await using cluster = await startStubCluster();
    const controller = new AbortController();
    const reason = new Error('enough');
    cluster.intercept = () => {
      controller.abort(reason);
      return undefined;
    };
    await expect(
      applyResources(cluster.client, resources(configMap('a')), { owner, signal: controller.signal }),
    ).rejects.toBe(reason);
    await expect(applyResources(cluster.client, [], { owner, signal: controller.signal })).rejects.toBe(
      reason,
    );
  });

  it('does nothing for nothing', async () => {
    await using cluster = await startStubCluster();
    expect(await applyResources(cluster.client, [], { owner })).toEqual({ entries: [] });
  });
});

describe('applyResources of what the inventory does not know', () => {
  const inventory = { entries: [] };

  it('creates it by one request that cannot change an object', async () => {
    await using cluster = await startStubCluster();
    const versions: unknown[] = [];
    cluster.intercept = ({ body }) => {
      versions.push((body as KubeObject).metadata.resourceVersion);
      return undefined;
    };
    const changes = await applyResources(cluster.client, resources(configMap('new')), { owner, inventory });
    expect(formatChangeSet(changes)).toBe('ConfigMap/web/new created');
    expect(cluster.requests).toEqual([`PATCH ${path('new')}`]);
    // No API server gives an object this version.
    expect(versions).toEqual(['1']);
  });

  it('finds it where the answer was lost', async () => {
    await using cluster = await startStubCluster();
    cluster.intercept = ({ isDryRun, method, body }) => {
      if (isDryRun || method !== 'PATCH') return undefined;
      cluster.objects.set(path('new'), stored(body as KubeObject));
      return refuse(500, 'InternalError', 'the connection to etcd was lost');
    };
    const changes = await applyResources(cluster.client, resources(configMap('new')), { owner, inventory });
    expect(formatChangeSet(changes)).toBe('ConfigMap/web/new unchanged');
    expect(cluster.requests.slice(1).toSorted()).toEqual([`GET ${path('new')}`, `PATCH ${path('new')} dry`]);
  });

  it('tells what was created before a failure, and fails with the words of the dry run', async () => {
    await using cluster = await startStubCluster();
    cluster.intercept = ({ path: at }) =>
      at === path('b') ? refuse(403, 'Forbidden', 'no more than one') : undefined;
    const wanted = resources(configMap('a'), configMap('b'), configMap('c'));
    const partial: string[] = [];
    const onApplied = (changes: ChangeSet) => partial.push(formatChangeSet(changes));
    const error = await failureOf(
      applyResources(cluster.client, wanted, { owner, inventory, onApplied, concurrency: 1 }),
    );
    expect([error.code, error.message]).toEqual([
      'APPLY_DRY_RUN_FAILED',
      'ConfigMap/web/b dry-run failed (Forbidden): no more than one',
    ]);
    expect(partial).toEqual(['ConfigMap/web/a created']);
    expect(cluster.objects.has(path('c'))).toBe(false);
  });

  it('ends with the reason of the signal', async () => {
    await using cluster = await startStubCluster();
    const stop = new AbortController();
    cluster.intercept = () => {
      stop.abort(new Error('shutting down'));
      return refuse(500, 'InternalError', 'too late');
    };
    const options = { owner, inventory, signal: stop.signal };
    await expect(applyResources(cluster.client, resources(configMap('a')), options)).rejects.toThrow(
      'shutting down',
    );
    expect(cluster.requests).toHaveLength(1);
  });
});

describe('applyResources of what it remembers', () => {
  it('asks where a single write meets a conflict', async () => {
    await using cluster = await startStubCluster();
    const memory = new ApplyMemory();
    cluster.objects.set(path('a'), stored(configMap('a', { a: '1' })));
    await applyResources(cluster.client, resources(configMap('a', { a: '1' })), { owner, memory });
    let refusals = 1;
    cluster.intercept = ({ method, isDryRun }) =>
      method === 'PATCH' && !isDryRun && refusals-- > 0
        ? refuse(409, 'Conflict', 'it was modified')
        : undefined;
    cluster.requests.length = 0;
    const changes = await applyResources(cluster.client, resources(configMap('a', { a: '2' })), {
      owner,
      memory,
    });
    expect(formatChangeSet(changes)).toBe('ConfigMap/web/a configured');
    expect(cluster.requests).toEqual([
      `GET ${path('a')}`,
      `PATCH ${path('a')}`,
      `GET ${path('a')}`,
      `PATCH ${path('a')} dry`,
      `PATCH ${path('a')}`,
    ]);
  });

  it('forgets what is no longer applied', async () => {
    await using cluster = await startStubCluster();
    const memory = new ApplyMemory();
    for (const name of ['a', 'b']) cluster.objects.set(path(name), stored(configMap(name)));
    const apply = (...names: string[]) =>
      applyResources(cluster.client, resources(...names.map((name) => configMap(name))), { owner, memory });
    await apply('a', 'b');
    await apply('a');
    cluster.requests.length = 0;
    await apply('a', 'b');
    expect(cluster.requests.toSorted()).toEqual([
      `GET ${path('a')}`,
      `GET ${path('b')}`,
      `PATCH ${path('b')} dry`,
    ]);
  });
});

describe('applyResources of objects that steer it', () => {
  const steer = (key: string, value: string) => ({ annotations: { [`portal.example.com/${key}`]: value } });

  it('skips what is excluded by its author, and by the cluster', async () => {
    await using cluster = await startStubCluster();
    cluster.objects.set(path('b'), stored(configMap('b'), steer('reconcile', 'disabled')));
    const wanted = resources(configMap('a', {}, steer('ssa', 'Ignore')), configMap('b', { x: '1' }));
    const changes = await applyResources(cluster.client, wanted, { owner });
    expect(changes.entries.map(({ action }) => action)).toEqual(['skipped', 'skipped']);
    expect(cluster.requests.some((request) => request.startsWith('PATCH') && !request.endsWith('dry'))).toBe(
      false,
    );
  });

  it('creates once what is wanted only where it is not present', async () => {
    await using cluster = await startStubCluster();
    const annotated = (x: string) => resources(configMap('a', { x }, steer('ssa', 'IfNotPresent')));
    expect((await applyResources(cluster.client, annotated('1'), { owner })).entries[0]?.action).toBe(
      'created',
    );
    expect((await applyResources(cluster.client, annotated('2'), { owner })).entries[0]?.action).toBe(
      'skipped',
    );
    expect(cluster.objects.get(path('a'))?.['data']).toEqual({ x: '1' });
  });

  const byKubectl = {
    managedFields: [
      {
        manager: 'kubectl-edit',
        operation: 'Update' as const,
        apiVersion: 'v1',
        fieldsV1: { 'f:data': { 'f:x': {} } },
      },
    ],
  };

  it('takes over what kubectl wrote, even where nothing else differs', async () => {
    await using cluster = await startStubCluster();
    cluster.objects.set(path('a'), stored(configMap('a', { x: '1' }), byKubectl));
    const changes = await applyResources(cluster.client, resources(configMap('a', { x: '1' })), { owner });
    expect(changes.entries[0]?.action).toBe('configured');
    expect(cluster.requests.slice(-2)).toEqual([`PATCH ${path('a')}`, `PATCH ${path('a')}`]);
    expect(cluster.objects.get(path('a'))?.metadata.managedFields).toMatchObject([
      { manager: 'portal', operation: 'Apply' },
    ]);
  });

  it('leaves it to others where the author wants to merge', async () => {
    await using cluster = await startStubCluster();
    cluster.objects.set(path('a'), stored(configMap('a', { x: '1' }, steer('ssa', 'Merge')), byKubectl));
    const changes = await applyResources(
      cluster.client,
      resources(configMap('a', { x: '1' }, steer('ssa', 'Merge'))),
      { owner },
    );
    expect(changes.entries[0]?.action).toBe('unchanged');
  });

  it('reads again where an object changed before its clean-up', async () => {
    await using cluster = await startStubCluster();
    cluster.objects.set(path('a'), stored(configMap('a', { x: '1' }), byKubectl));
    let conflicts = 0;
    cluster.intercept = ({ method, isDryRun, body }) =>
      method === 'PATCH' && !isDryRun && Array.isArray(body) && conflicts++ < 2
        ? refuse(409, 'Conflict', 'modified')
        : undefined;
    await applyResources(cluster.client, resources(configMap('a', { x: '1' })), { owner });
    expect(conflicts).toBe(3);
  });

  it('says where a clean-up fails', async () => {
    await using cluster = await startStubCluster();
    cluster.objects.set(path('a'), stored(configMap('a', { x: '1' }), byKubectl));
    cluster.intercept = ({ isDryRun, body }) =>
      !isDryRun && Array.isArray(body) ? refuse(403, 'Forbidden', 'no') : undefined;
    const error = await failureOf(
      applyResources(cluster.client, resources(configMap('a', { x: '1' })), { owner }),
    );
    expect(error).toMatchObject({
      code: 'APPLY_CLEANUP_FAILED',
      message: 'ConfigMap/web/a metadata.managedFields cleanup failed: no',
    });
  });
});

describe('applyResources of immutable fields', () => {
  const refuseChange = (request: { isDryRun: boolean; method: string }) =>
    request.isDryRun && request.method === 'PATCH'
      ? refuse(422, 'Invalid', 'data: field is immutable')
      : undefined;

  it('fails, unless it may force', async () => {
    await using cluster = await startStubCluster();
    cluster.objects.set(path('a'), stored(configMap('a', { x: '1' })));
    cluster.intercept = refuseChange;
    const error = await failureOf(
      applyResources(cluster.client, resources(configMap('a', { x: '2' })), { owner }),
    );
    expect(error.code).toBe('APPLY_DRY_RUN_FAILED');
    expect(cluster.objects.get(path('a'))?.['data']).toEqual({ x: '1' });
  });

  it.each([
    ['the caller', { force: true }, {}],
    ['the author', {}, { annotations: { 'portal.example.com/force': 'Enabled' } }],
  ])('recreates where %s says so', async (_who, options, metadata) => {
    await using cluster = await startStubCluster();
    cluster.objects.set(path('a'), stored(configMap('a', { x: '1' })));
    cluster.intercept = refuseChange;
    const changes = await applyResources(cluster.client, resources(configMap('a', { x: '2' }, metadata)), {
      owner,
      ...options,
    });
    expect(formatChangeSet(changes)).toBe('ConfigMap/web/a created');
    expect(cluster.requests.slice(-3)).toEqual([
      `DELETE ${path('a')}`,
      `GET ${path('a')}`,
      `PATCH ${path('a')}`,
    ]);
    expect(cluster.objects.get(path('a'))?.['data']).toEqual({ x: '2' });
  });

  it('deletes nothing before all dry runs went well', async () => {
    await using cluster = await startStubCluster();
    cluster.objects.set(path('a'), stored(configMap('a', { x: '1' })));
    cluster.intercept = refuseChange;
    await failureOf(
      applyResources(cluster.client, resources(configMap('a'), configMap('new')), { owner, force: true }),
    );
    expect(cluster.objects.has(path('a'))).toBe(true);
  });

  it('gives up on an object that does not go', async () => {
    await using cluster = await startStubCluster();
    cluster.objects.set(path('a'), stored(configMap('a', { x: '1' })));
    cluster.intercept = (request) =>
      refuseChange(request) ?? (request.method === 'DELETE' ? { status: 200, body: {} } : undefined);
    const options = { owner, force: true, waitTimeoutMs: 30, waitPollMs: 10 };
    const error = await failureOf(applyResources(cluster.client, resources(configMap('a')), options));
    expect(error).toMatchObject({
      code: 'APPLY_RECREATE_FAILED',
      message: expect.stringContaining('failed to wait for object to be deleted'),
    });
  });

  it('says where an object cannot be deleted', async () => {
    await using cluster = await startStubCluster();
    cluster.objects.set(path('a'), stored(configMap('a', { x: '1' })));
    cluster.intercept = (request) =>
      refuseChange(request) ?? (request.method === 'DELETE' ? refuse(403, 'Forbidden', 'no') : undefined);
    const error = await failureOf(
      applyResources(cluster.client, resources(configMap('a')), { owner, force: true }),
    );
    expect(error).toMatchObject({
      code: 'APPLY_RECREATE_FAILED',
      message: expect.stringContaining('failed to delete object: no'),
    });
  });
});

describe('applyResources with ignore rules', () => {
  const ignoreRules = [{ paths: ['/data/owner'] }];

  it('takes an object that differs only there for unchanged', async () => {
    await using cluster = await startStubCluster();
    cluster.objects.set(path('a'), stored(configMap('a', { x: '1', owner: 'someone' })));
    const wanted = resources(configMap('a', { x: '1', owner: 'me' }));
    expect((await applyResources(cluster.client, wanted, { owner, ignoreRules })).entries[0]?.action).toBe(
      'unchanged',
    );
    expect((await applyResources(cluster.client, wanted, { owner })).entries[0]?.action).toBe('configured');
  });

  it('keeps the live value where it changes something else', async () => {
    await using cluster = await startStubCluster();
    cluster.objects.set(path('a'), stored(configMap('a', { x: '1', owner: 'someone' })));
    await applyResources(cluster.client, resources(configMap('a', { x: '2', owner: 'me' })), {
      owner,
      ignoreRules,
    });
    expect(cluster.objects.get(path('a'))?.['data']).toEqual({ x: '2', owner: 'someone' });
  });

  it('refuses a rule that is none before it does anything', async () => {
    await using cluster = await startStubCluster();
    const error = await failureOf(
      applyResources(cluster.client, resources(configMap('a')), {
        owner,
        ignoreRules: [{ paths: ['data'] }],
      }),
    );
    expect(error.code).toBe('APPLY_IGNORE_RULE_INVALID');
    expect(cluster.requests).toEqual([]);
  });
});

describe('applyResources of Secrets', () => {
  it('does not tell their values when they are refused', async () => {
    await using cluster = await startStubCluster();
    const secret: KubeObject = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', namespace: 'web' },
      stringData: { password: 'hunter2-hunter2' },
    };
    for (const isDryRun of [true, false]) {
      cluster.intercept = (request) =>
        request.method === 'PATCH' && request.isDryRun === isDryRun
          ? refuse(422, 'Invalid', 'data: Invalid value: "hunter2-hunter2"')
          : undefined;
      const error = await failureOf(applyResources(cluster.client, resources(secret), { owner }));
      const all = `${error.message} ${error.stack} ${String((error.cause as Error).message)} ${String((error.cause as Error).stack)}`;
      expect(all).not.toContain('hunter2');
    }
  });
});

describe('diffResources', () => {
  it('tells what would be done, and writes nothing', async () => {
    await using cluster = await startStubCluster();
    cluster.objects.set(path('same'), stored(configMap('same')));
    cluster.objects.set(
      path('changed'),
      stored(configMap('changed', { a: '1' }), {
        managedFields: [{ manager: 'portal', operation: 'Apply' }],
      }),
    );
    const diffs = await diffResources(
      cluster.client,
      resources(configMap('same'), configMap('changed', { a: '2' }), configMap('new')),
      { owner },
    );
    expect(diffs.map(({ ref, action }) => `${ref.name} ${action}`)).toEqual([
      'changed configured',
      'new created',
      'same unchanged',
    ]);
    const [changed, created, same] = diffs;
    expect([changed?.before?.['data'], changed?.after?.['data']]).toEqual([{ a: '1' }, { a: '2' }]);
    expect(changed?.before?.metadata.managedFields).toBeUndefined();
    expect(created?.before).toBeUndefined();
    expect(same?.after).toBeUndefined();
    expect(cluster.requests.every((request) => request.startsWith('GET') || request.endsWith('dry'))).toBe(
      true,
    );
  });
});
