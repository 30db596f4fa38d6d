import type { KubeObject, ObjectRef } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import type { ApplyError } from './errors.ts';
import type { ResourceStatus } from './health/read-status.ts';
import { refuse, startStubCluster, type StubCluster } from './testdata/stub-cluster.ts';
import { jobsWithTtl, waitForHealth } from './wait.ts';

const ref = (name: string): ObjectRef => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  name,
  namespace: 'web',
});
const path = (name: string): string => `/apis/apps/v1/namespaces/web/deployments/${name}`;

const READY = {
  replicas: 1,
  updatedReplicas: 1,
  availableReplicas: 1,
  readyReplicas: 1,
  conditions: [{ type: 'Available', status: 'True' }],
};
const FAILED = { conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }] };

function put(cluster: StubCluster, name: string, status: object = {}): void {
  cluster.objects.set(path(name), {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'web' },
    spec: { replicas: 1 },
    status,
  });
}

const failureOf = (promise: Promise<unknown>): Promise<ApplyError> =>
  promise.then(
    () => Promise.reject(new Error('it did not fail')),
    (reason: unknown) => reason as ApplyError,
  );

describe('waitForHealth', () => {
  it('is done at once where all are healthy', async () => {
    await using cluster = await startStubCluster();
    put(cluster, 'a', READY);
    const { statuses } = await waitForHealth(cluster.client, [ref('a')], { timeoutMs: 1000 });
    expect(statuses).toEqual([
      { ref: ref('a'), status: 'Current', message: 'Deployment is available. Replicas: 1' },
    ]);
    expect(cluster.requests).toHaveLength(1);
    expect(await waitForHealth(cluster.client, [], { timeoutMs: 0 })).toEqual({ statuses: [] });
  });

  it('waits for what is not, and looks at all once more', async () => {
    await using cluster = await startStubCluster();
    put(cluster, 'a', READY);
    put(cluster, 'b');
    let looks = 0;
    cluster.intercept = ({ path: at }) => {
      if (at === path('b') && ++looks === 3) put(cluster, 'b', READY);
      return undefined;
    };
    const progress: string[][] = [];
    const onProgress = (statuses: readonly ResourceStatus[]) =>
      progress.push(statuses.map(({ status }) => status));
    await waitForHealth(cluster.client, [ref('a'), ref('b')], { timeoutMs: 5000, pollMs: 10, onProgress });
    expect(progress).toEqual([
      ['Current', 'InProgress'],
      ['Current', 'Current'],
    ]);
    expect(cluster.requests.filter((request) => request.endsWith('/a'))).toHaveLength(2);
  });

  it('gives up at the first failure', async () => {
    await using cluster = await startStubCluster();
    put(cluster, 'a', FAILED);
    put(cluster, 'b');
    const error = await failureOf(waitForHealth(cluster.client, [ref('a'), ref('b')], { timeoutMs: 5000 }));
    expect(error).toMatchObject({
      code: 'APPLY_HEALTH_FAILED',
      message: "failed early due to stalled resources: [Deployment/web/a status: 'Failed']",
      hint: 'Deployment/web/a: Progress deadline exceeded',
      object: ref('a'),
    });
    expect(error.statuses?.map(({ status }) => status)).toEqual(['Failed', 'InProgress']);
  });

  it('waits for the others, too, where it is told to', async () => {
    await using cluster = await startStubCluster();
    put(cluster, 'a', FAILED);
    put(cluster, 'b');
    setTimeout(() => put(cluster, 'b', READY), 30);
    const error = await failureOf(
      waitForHealth(cluster.client, [ref('a'), ref('b')], { timeoutMs: 5000, pollMs: 10, failFast: false }),
    );
    expect(error.code).toBe('APPLY_HEALTH_FAILED');
    expect(error.statuses?.map(({ status }) => status)).toEqual(['Failed', 'Current']);
  });

  it('names everything that is not healthy when the time is over', async () => {
    await using cluster = await startStubCluster();
    put(cluster, 'a', READY);
    put(cluster, 'b');
    cluster.intercept = ({ path: at }) =>
      at === path('d') ? refuse(500, 'InternalError', 'boom') : undefined;
    const error = await failureOf(
      waitForHealth(cluster.client, ['a', 'b', 'c', 'd'].map(ref), { timeoutMs: 30, pollMs: 10 }),
    );
    expect(error).toMatchObject({
      code: 'APPLY_HEALTH_TIMEOUT',
      message:
        "timeout waiting for: [Deployment/web/b status: 'InProgress', Deployment/web/c status: 'NotFound', Deployment/web/d status: 'Unknown': boom]",
      hint: 'Deployment/web/b: Replicas: 0/1',
    });
  });

  it('takes a Job that is gone for done where it would delete itself', async () => {
    await using cluster = await startStubCluster();
    const job: KubeObject = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'j', namespace: 'web' },
      spec: { ttlSecondsAfterFinished: 0 },
    };
    const refs = jobsWithTtl([
      job,
      { ...job, spec: {} },
      { ...job, kind: 'Toy' },
      { ...job, apiVersion: 'x.io/v1' },
    ]);
    expect(refs).toEqual([{ apiVersion: 'batch/v1', kind: 'Job', name: 'j', namespace: 'web' }]);
    await waitForHealth(cluster.client, refs, { timeoutMs: 100, jobsWithTtl: refs });
    expect((await failureOf(waitForHealth(cluster.client, refs, { timeoutMs: 0 }))).code).toBe(
      'APPLY_HEALTH_TIMEOUT',
    );
  });

  it('asks the caller first', async () => {
    await using cluster = await startStubCluster();
    put(cluster, 'a');
    put(cluster, 'b', READY);
    const readStatus = ({ metadata }: KubeObject) =>
      metadata.name === 'a' ? ({ status: 'Current', message: 'as I say' } as const) : undefined;
    const { statuses } = await waitForHealth(cluster.client, [ref('a'), ref('b')], {
      timeoutMs: 100,
      readStatus,
    });
    expect(statuses.map(({ message }) => message)).toEqual([
      'as I say',
      'Deployment is available. Replicas: 1',
    ]);
  });

  it('ends with the reason of the signal', async () => {
    await using cluster = await startStubCluster();
    put(cluster, 'a');
    const controller = new AbortController();
    const reason = new Error('enough');
    setTimeout(() => controller.abort(reason), 20);
    await expect(
      waitForHealth(cluster.client, [ref('a')], { timeoutMs: 5000, signal: controller.signal }),
    ).rejects.toBe(reason);
  });
});

describe('waitForHealth of a StatefulSet', () => {
  const set = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', namespace: 'web' };

  async function statusWith(
    pod: object,
    selector: object = { matchLabels: { app: 'db' } },
  ): Promise<ResourceStatus | undefined> {
    await using cluster = await startStubCluster();
    const metadata = { name: 'db', namespace: 'web' };
    cluster.objects.set('/apis/apps/v1/namespaces/web/statefulsets/db', {
      ...set,
      metadata,
      spec: { replicas: 1, selector },
      status: { replicas: 1 },
    });
    cluster.objects.set('/api/v1/namespaces/web/pods/db-0', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata,
      ...pod,
    });
    const error = await failureOf(waitForHealth(cluster.client, [set], { timeoutMs: 0 }));
    return error.statuses?.[0];
  }
  const crashing = {
    status: {
      phase: 'Running',
      containerStatuses: [{ name: 'db', state: { waiting: { reason: 'CrashLoopBackOff' } } }],
    },
  };

  it('fails with its pods', async () => {
    expect(await statusWith(crashing)).toMatchObject({ status: 'Failed', message: '1 pods have failed' });
    const expressions = {
      matchExpressions: [
        { key: 'app', operator: 'In', values: ['db'] },
        { key: 'x', operator: 'DoesNotExist' },
        { key: 'y', operator: 'Exists' },
        { key: 'z', operator: 'NotIn', values: ['a'] },
      ],
    };
    expect((await statusWith(crashing, expressions))?.status).toBe('Failed');
  });

  it.each([
    ['runs', { status: { phase: 'Running' } }],
    [
      'is on its way out',
      { ...crashing, metadata: { name: 'db-0', deletionTimestamp: '2026-01-01T00:00:00Z' } },
    ],
    [
      'waits for a node',
      {
        status: {
          phase: 'Pending',
          conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }],
        },
      },
    ],
  ])('does not where a pod %s', async (_what, pod) => {
    expect((await statusWith(pod))?.status).toBe('InProgress');
  });

  it('does not where it selects no pods', async () => {
    expect((await statusWith(crashing, {}))?.status).toBe('InProgress');
  });
});
