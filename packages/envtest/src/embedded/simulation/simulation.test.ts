import type { KubeObject } from '@gitops-toolkit/core';
import { KubeClient } from '@gitops-toolkit/kube';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { EmbeddedServer } from '../embedded-server.ts';
import { startEmbedded } from '../start-embedded.ts';
import { OUTCOME_ANNOTATION } from './outcome.ts';

let server: EmbeddedServer;
let client: KubeClient;
beforeAll(async () => {
  server = await startEmbedded({ simulate: { nodes: ['one', 'two'] } });
  client = new KubeClient(server.config);
});
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await server.stop();
});

const labels = (app: string): object => ({ matchLabels: { app } });
const template = (
  app: string,
  more: { image?: string; annotations?: object; restartPolicy?: string } = {},
): object => ({
  metadata: { labels: { app }, ...(more.annotations ? { annotations: more.annotations } : {}) },
  spec: {
    containers: [{ name: 'main', image: more.image ?? `${app}:1` }],
    ...(more.restartPolicy === undefined ? {} : { restartPolicy: more.restartPolicy }),
  },
});

/** Creates an object in the default namespace, and waits for what comes of it. */
async function create(apiVersion: string, kind: string, name: string, spec: unknown): Promise<void> {
  await client.create({ apiVersion, kind, metadata: { name, namespace: 'default' }, spec });
  await server.idle();
}

// Tests look into objects of every shape.
// oxlint-disable-next-line typescript/no-explicit-any
const get = (apiVersion: string, kind: string, name: string): any =>
  server.objects.get({ apiVersion, kind, namespace: 'default', name });
const owned = (kind: string, owner: string): KubeObject[] =>
  server.objects
    .list({ apiVersion: kind === 'Pod' ? 'v1' : 'apps/v1', kind }, 'default')
    .filter(({ metadata }) => metadata.ownerReferences?.[0]?.name === owner);
const condition = (object: KubeObject, type: string): unknown => {
  const { conditions = [] } = (object['status'] ?? {}) as {
    conditions?: { type: string; status: string; reason: string }[];
  };
  const found = conditions.find((candidate) => candidate.type === type);
  return found && [found.status, found.reason];
};
const patch = async (apiVersion: string, kind: string, name: string, body: object): Promise<void> => {
  await client.patch({ apiVersion, kind, namespace: 'default', name }, { type: 'merge', body });
  await server.idle();
};

describe('Deployments', () => {
  it('come up with ReplicaSet and Pods', async () => {
    await create('apps/v1', 'Deployment', 'web', {
      replicas: 3,
      selector: labels('web'),
      template: template('web'),
    });
    const deployment = get('apps/v1', 'Deployment', 'web');
    expect(deployment.status).toMatchObject({
      observedGeneration: 1,
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
    });
    expect(condition(deployment, 'Available')).toEqual(['True', 'MinimumReplicasAvailable']);
    expect(condition(deployment, 'Progressing')).toEqual(['True', 'NewReplicaSetAvailable']);
    expect(deployment.metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision': '1' });
    const [set] = owned('ReplicaSet', 'web');
    const pods = owned('Pod', set?.metadata.name ?? '');
    expect(pods).toHaveLength(3);
    expect(pods.map(({ spec }) => (spec as { nodeName: string }).nodeName)).toEqual(
      expect.arrayContaining(['one', 'two']),
    );
  });

  it('roll out another template, and keep the old one at none', async () => {
    await create('apps/v1', 'Deployment', 'rolling', {
      replicas: 2,
      selector: labels('rolling'),
      template: template('rolling'),
    });
    await patch('apps/v1', 'Deployment', 'rolling', {
      spec: { template: template('rolling', { image: 'rolling:2' }) },
    });
    const sets = owned('ReplicaSet', 'rolling');
    expect(sets.map(({ spec }) => (spec as { replicas: number }).replicas).sort((a, b) => a - b)).toEqual([
      0, 2,
    ]);
    expect(
      get('apps/v1', 'Deployment', 'rolling').metadata.annotations['deployment.kubernetes.io/revision'],
    ).toBe('2');
  });

  it('keep old Pods while new ones do not start, and say so after their deadline', async () => {
    const spec = {
      replicas: 1,
      progressDeadlineSeconds: 1,
      selector: labels('stuck'),
      template: template('stuck'),
    };
    await create('apps/v1', 'Deployment', 'stuck', spec);
    await patch('apps/v1', 'Deployment', 'stuck', {
      spec: { template: template('stuck', { image: 'stuck:bad' }) },
    });
    expect(get('apps/v1', 'Deployment', 'stuck').status).toMatchObject({
      replicas: 2,
      updatedReplicas: 1,
      availableReplicas: 1,
    });
    const failed = async (): Promise<unknown> => {
      for await (const { object } of client.watch(
        { apiVersion: 'apps/v1', kind: 'Deployment' },
        {
          namespace: 'default',
          fieldSelector: 'metadata.name=stuck',
          signal: AbortSignal.timeout(10_000),
        },
      )) {
        const state = condition(object, 'Progressing') as unknown[] | undefined;
        if (state?.[0] === 'False') return state;
      }
      return undefined;
    };
    expect(await failed()).toEqual(['False', 'ProgressDeadlineExceeded']);
  });

  it('take everything along when they are deleted', async () => {
    await create('apps/v1', 'Deployment', 'gone', {
      replicas: 2,
      selector: labels('gone'),
      template: template('gone'),
    });
    const [set] = owned('ReplicaSet', 'gone');
    await client.delete({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'gone' });
    await server.idle();
    expect(owned('ReplicaSet', 'gone')).toEqual([]);
    expect(owned('Pod', set?.metadata.name ?? '')).toEqual([]);
  });
});

describe('outcomes', () => {
  const pod = async (name: string, outcome: string): Promise<KubeObject> => {
    await client.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'default', annotations: { [OUTCOME_ANNOTATION]: outcome } },
      spec: { containers: [{ name: 'main', image: 'main:1' }] },
    });
    await server.idle();
    return get('v1', 'Pod', name) as KubeObject;
  };

  it('follow the annotation', async () => {
    expect(await pod('puller', 'pull-error')).toMatchObject({
      status: {
        phase: 'Pending',
        containerStatuses: [{ state: { waiting: { reason: 'ImagePullBackOff' } } }],
      },
    });
    expect(await pod('crasher', 'crash')).toMatchObject({
      status: {
        phase: 'Running',
        containerStatuses: [{ state: { waiting: { reason: 'CrashLoopBackOff' } } }],
      },
    });
    expect(condition(await pod('slow', 'never-ready'), 'Ready')).toEqual(['False', 'ContainersNotReady']);
    expect(await pod('failer', 'fail')).toMatchObject({ status: { phase: 'Failed' } });
  });
});

describe('other workloads', () => {
  it('StatefulSets start in order, with claims of their own', async () => {
    const volumeClaimTemplates = [
      {
        metadata: { name: 'data' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      },
    ];
    await create('apps/v1', 'StatefulSet', 'db', {
      replicas: 2,
      serviceName: 'db',
      selector: labels('db'),
      template: template('db'),
      volumeClaimTemplates,
    });
    const set = get('apps/v1', 'StatefulSet', 'db');
    expect(set.status).toMatchObject({
      replicas: 2,
      readyReplicas: 2,
      updatedReplicas: 2,
      currentReplicas: 2,
    });
    expect(owned('Pod', 'db').map(({ metadata }) => metadata.name)).toEqual(['db-0', 'db-1']);
    expect(get('v1', 'PersistentVolumeClaim', 'data-db-1').status.phase).toBe('Bound');
    await patch('apps/v1', 'StatefulSet', 'db', { spec: { template: template('db', { image: 'db:2' }) } });
    const after = get('apps/v1', 'StatefulSet', 'db');
    expect(after.status.currentRevision).toBe(after.status.updateRevision);
    expect(after.status.currentRevision).not.toBe(set.status.currentRevision);
    await patch('apps/v1', 'StatefulSet', 'db', { spec: { replicas: 0 } });
    expect(owned('Pod', 'db')).toEqual([]);
  });

  it('DaemonSets run on every node', async () => {
    await create('apps/v1', 'DaemonSet', 'agent', { selector: labels('agent'), template: template('agent') });
    expect(get('apps/v1', 'DaemonSet', 'agent').status).toMatchObject({
      desiredNumberScheduled: 2,
      numberReady: 2,
      updatedNumberScheduled: 2,
    });
    await patch('apps/v1', 'DaemonSet', 'agent', {
      spec: { template: template('agent', { image: 'agent:2' }) },
    });
    expect(get('apps/v1', 'DaemonSet', 'agent').status).toMatchObject({
      numberReady: 2,
      observedGeneration: 2,
      updatedNumberScheduled: 2,
    });
  });

  it('Jobs complete, or fail after their retries', async () => {
    await create('batch/v1', 'Job', 'migrate', {
      completions: 2,
      template: template('migrate', { restartPolicy: 'Never' }),
    });
    expect(get('batch/v1', 'Job', 'migrate').status).toMatchObject({ succeeded: 2 });
    expect(condition(get('batch/v1', 'Job', 'migrate'), 'Complete')).toEqual(['True', 'CompletionsReached']);
    const annotations = { [OUTCOME_ANNOTATION]: 'fail' };
    await create('batch/v1', 'Job', 'broken', {
      backoffLimit: 1,
      template: template('broken', { restartPolicy: 'Never', annotations }),
    });
    expect(condition(get('batch/v1', 'Job', 'broken'), 'Failed')).toEqual(['True', 'BackoffLimitExceeded']);
    expect(get('batch/v1', 'Job', 'broken').status.failed).toBe(2);
  });

  it('Jobs wait while they are suspended', async () => {
    await create('batch/v1', 'Job', 'later', {
      suspend: true,
      template: template('later', { restartPolicy: 'Never' }),
    });
    expect(owned('Pod', 'later')).toEqual([]);
    await patch('batch/v1', 'Job', 'later', { spec: { suspend: false } });
    expect(condition(get('batch/v1', 'Job', 'later'), 'Complete')).toEqual(['True', 'CompletionsReached']);
  });
});

describe('network', () => {
  it('lists the Pods behind Services, and gives addresses to load balancers', async () => {
    await create('apps/v1', 'Deployment', 'shop', {
      replicas: 2,
      selector: labels('shop'),
      template: template('shop'),
    });
    await create('v1', 'Service', 'shop', {
      type: 'LoadBalancer',
      selector: { app: 'shop' },
      ports: [{ port: 80, targetPort: 8080 }],
    });
    expect(get('v1', 'Service', 'shop').status.loadBalancer.ingress).toEqual([
      { ip: '203.0.113.10', ipMode: 'VIP' },
    ]);
    const slices = server.objects.list(
      { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
      'default',
    );
    const slice = slices.find(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === 'shop');
    expect(slice).toMatchObject({ addressType: 'IPv4', ports: [{ name: '', port: 8080, protocol: 'TCP' }] });
    expect(slice?.['endpoints']).toHaveLength(2);
  });

  it('gives addresses to Ingresses', async () => {
    await create('networking.k8s.io/v1', 'Ingress', 'shop', {
      defaultBackend: { service: { name: 'shop', port: { number: 80 } } },
    });
    expect(get('networking.k8s.io/v1', 'Ingress', 'shop').status.loadBalancer.ingress).toEqual([
      { ip: '203.0.113.10' },
    ]);
  });

  it('counts the Pods that a budget can spare', async () => {
    await create('apps/v1', 'Deployment', 'spare', {
      replicas: 3,
      selector: labels('spare'),
      template: template('spare'),
    });
    await create('policy/v1', 'PodDisruptionBudget', 'spare', {
      minAvailable: '50%',
      selector: labels('spare'),
    });
    expect(get('policy/v1', 'PodDisruptionBudget', 'spare').status).toMatchObject({
      disruptionsAllowed: 1,
      expectedPods: 3,
      desiredHealthy: 2,
    });
    await patch('apps/v1', 'Deployment', 'spare', { spec: { replicas: 2 } });
    expect(get('policy/v1', 'PodDisruptionBudget', 'spare').status).toMatchObject({
      disruptionsAllowed: 1,
      expectedPods: 2,
      desiredHealthy: 1,
    });
  });
});
