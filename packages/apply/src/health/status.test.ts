import type { KubeObject } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { aggregateStatus } from './aggregate.ts';
import { computeStatus } from './status.ts';

const now = Date.parse('2026-11-22T12:00:00Z');

interface Parts {
  readonly spec?: unknown;
  readonly status?: unknown;
  readonly metadata?: KubeObject['metadata'];
}

const object = (apiVersion: string, kind: string, { spec, status, metadata }: Parts = {}): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name: 'a', namespace: 'web', ...metadata },
  ...(spec !== undefined && { spec }),
  ...(status !== undefined && { status }),
});

const condition = (type: string, status: string, reason = '', message = '') => ({
  type,
  status,
  reason,
  message,
});
const conditions = (...list: object[]) => ({ conditions: list });

/** `Status: message` of an object of a kind. */
const tell = (apiVersion: string, kind: string, parts: Parts = {}): string => {
  const { status, message } = computeStatus(object(apiVersion, kind, parts), { now });
  return `${status}: ${message}`;
};

describe('computeStatus of any kind', () => {
  const toy = (parts: Parts) => tell('shop.io/v1', 'Toy', parts);

  it.each<[string, Parts, string]>([
    ['nothing known', {}, 'Current: Resource is current'],
    [
      'deletion',
      {
        metadata: { deletionTimestamp: '2026-01-01T00:00:00Z', generation: 2 },
        status: { observedGeneration: 1 },
      },
      'Terminating: Resource scheduled for deletion',
    ],
    [
      'an old generation',
      { metadata: { generation: 2 }, status: { observedGeneration: 1 } },
      'InProgress: Toy generation is 2, but latest observed generation is 1',
    ],
    [
      'a generation that nobody observes',
      { metadata: { generation: 2 }, status: {} },
      'Current: Resource is current',
    ],
    [
      'Reconciling',
      {
        status: conditions(
          condition('Reconciling', 'True', 'R', 'busy'),
          condition('Stalled', 'True', 'S', 'stuck'),
        ),
      },
      'InProgress: busy',
    ],
    [
      'Stalled',
      {
        status: conditions(
          condition('Stalled', 'True', 'S', 'stuck'),
          condition('Reconciling', 'True', 'R', 'busy'),
        ),
      },
      'Failed: stuck',
    ],
    [
      'conditions that are not so',
      { status: conditions(condition('Stalled', 'False'), condition('Reconciling', 'Unknown')) },
      'Current: Resource is current',
    ],
    ['Ready', { status: conditions(condition('Ready', 'True')) }, 'Current: Resource is Ready'],
    ['not Ready', { status: conditions(condition('Ready', 'False', 'R', 'waiting')) }, 'InProgress: waiting'],
    [
      'Ready unknown',
      { status: conditions(condition('Ready', 'Unknown', 'R', 'who knows')) },
      'InProgress: who knows',
    ],
    [
      'Ready of another word',
      { status: conditions(condition('Ready', 'Maybe')) },
      'Current: Resource is current',
    ],
    ['null conditions', { status: { conditions: null } }, 'Current: Resource is current'],
    ['null status', { status: null }, 'Current: Resource is current'],
  ])('reads %s', (_what, parts, expected) => {
    expect(toy(parts)).toBe(expected);
  });

  it.each<[string, Parts]>([
    ['status.conditions is not a list', { status: { conditions: {} } }],
    ['a condition is not a map', { status: { conditions: ['x'] } }],
    ['the status of a condition is not a string', { status: conditions({ type: 'Ready', status: true }) }],
    ['status is not a map', { status: 'ok' }],
    ['metadata.generation is not an integer', { metadata: { generation: '2' as unknown as number } }],
    [
      'status.observedGeneration is not an integer',
      { metadata: { generation: 2 }, status: { observedGeneration: 1.5 } },
    ],
    [
      'metadata.deletionTimestamp is not a string',
      { metadata: { deletionTimestamp: 5 as unknown as string } },
    ],
  ])('is Unknown where %s', (message, parts) => {
    expect(toy(parts)).toBe(`Unknown: ${message}`);
  });
});

describe('computeStatus of workloads', () => {
  const ready = { replicas: 2, updatedReplicas: 2, availableReplicas: 2, readyReplicas: 2 };
  const available = condition('Available', 'True');
  const rolledOut = condition('Progressing', 'True', 'NewReplicaSetAvailable');

  it.each<[Parts, string]>([
    [{ spec: { replicas: 2 }, status: {} }, 'InProgress: Replicas: 0/2'],
    [{ spec: { replicas: 2 }, status: { ...ready, updatedReplicas: 1 } }, 'InProgress: Updated: 1/2'],
    [{ spec: { replicas: 1 }, status: ready }, 'InProgress: Pending termination: 1'],
    [{ spec: { replicas: 2 }, status: { ...ready, availableReplicas: 1 } }, 'InProgress: Available: 1/2'],
    [{ spec: { replicas: 2 }, status: { ...ready, readyReplicas: 1 } }, 'InProgress: Ready: 1/2'],
    [
      { spec: { replicas: 2, progressDeadlineSeconds: 600 }, status: { ...ready, conditions: [available] } },
      'InProgress: ReplicaSet not Available',
    ],
    [
      { spec: { replicas: 2, progressDeadlineSeconds: 600 }, status: { ...ready, conditions: [rolledOut] } },
      'InProgress: Deployment not Available',
    ],
    [
      {
        spec: { replicas: 2, progressDeadlineSeconds: 600 },
        status: { ...ready, conditions: [rolledOut, available] },
      },
      'Current: Deployment is available. Replicas: 2',
    ],
    [
      { spec: { replicas: 2 }, status: { ...ready, conditions: [available] } },
      'Current: Deployment is available. Replicas: 2',
    ],
    [
      {
        spec: { replicas: 2, progressDeadlineSeconds: 2_147_483_647 },
        status: { ...ready, conditions: [available] },
      },
      'Current: Deployment is available. Replicas: 2',
    ],
    [
      {
        spec: { replicas: 2 },
        status: conditions(condition('Progressing', 'False', 'ProgressDeadlineExceeded')),
      },
      'Failed: Progress deadline exceeded',
    ],
    [
      { spec: { replicas: 0 }, status: conditions(available) },
      'Current: Deployment is available. Replicas: 0',
    ],
  ])('reads a Deployment %#', (parts, expected) => {
    expect(tell('apps/v1', 'Deployment', parts)).toBe(expected);
  });

  const set = {
    replicas: 2,
    readyReplicas: 2,
    currentReplicas: 2,
    updatedReplicas: 2,
    currentRevision: 'r1',
    updateRevision: 'r1',
  };

  it.each<[Parts, string]>([
    [
      { spec: { updateStrategy: { type: 'OnDelete' } } },
      'Current: StatefulSet is using the ondelete update strategy',
    ],
    [{ status: {} }, 'InProgress: Replicas: 0/1'],
    [{ spec: { replicas: 2 }, status: { ...set, readyReplicas: 1 } }, 'InProgress: Ready: 1/2'],
    [{ spec: { replicas: 1 }, status: set }, 'InProgress: Pending termination: 1'],
    [
      {
        spec: { replicas: 2, updateStrategy: { rollingUpdate: { partition: 0 } } },
        status: { ...set, updatedReplicas: 1 },
      },
      'InProgress: updated: 1/2',
    ],
    [
      {
        spec: { replicas: 2, updateStrategy: { rollingUpdate: { partition: 1 } } },
        status: { ...set, updatedReplicas: 1 },
      },
      'Current: Partition rollout complete. updated: 1',
    ],
    [{ spec: { replicas: 2 }, status: { ...set, currentReplicas: 1 } }, 'InProgress: current: 1/2'],
    [
      { spec: { replicas: 2 }, status: { ...set, updateRevision: 'r2' } },
      'InProgress: Waiting for updated revision to match current',
    ],
    [{ spec: { replicas: 2 }, status: set }, 'Current: All replicas scheduled as expected. Replicas: 2'],
  ])('reads a StatefulSet %#', (parts, expected) => {
    expect(tell('apps/v1', 'StatefulSet', parts)).toBe(expected);
  });

  const daemons = {
    observedGeneration: 1,
    desiredNumberScheduled: 3,
    currentNumberScheduled: 3,
    updatedNumberScheduled: 3,
    numberAvailable: 3,
    numberReady: 3,
  };
  const metadata = { generation: 1 };

  it.each<[Parts, string]>([
    [{ status: daemons }, 'InProgress: DaemonSet metadata.generation not found'],
    [{ metadata, status: {} }, 'InProgress: DaemonSet status.observedGeneration not found'],
    [{ metadata, status: { observedGeneration: 1 } }, 'InProgress: Missing .status.desiredNumberScheduled'],
    [{ metadata, status: { ...daemons, currentNumberScheduled: 1 } }, 'InProgress: Current: 1/3'],
    [{ metadata, status: { ...daemons, updatedNumberScheduled: 2 } }, 'InProgress: Updated: 2/3'],
    [{ metadata, status: { ...daemons, numberAvailable: 2 } }, 'InProgress: Available: 2/3'],
    [{ metadata, status: { ...daemons, numberReady: 2 } }, 'InProgress: Ready: 2/3'],
    [{ metadata, status: daemons }, 'Current: All replicas scheduled as expected. Replicas: 3'],
  ])('reads a DaemonSet %#', (parts, expected) => {
    expect(tell('apps/v1', 'DaemonSet', parts)).toBe(expected);
  });

  const replicas = { replicas: 2, fullyLabeledReplicas: 2, availableReplicas: 2, readyReplicas: 2 };

  it.each<[Parts, string]>([
    [
      { status: conditions(condition('ReplicaFailure', 'True')) },
      'InProgress: Replica Failure condition. Check Pods',
    ],
    [{ spec: { replicas: 2 }, status: {} }, 'InProgress: Labelled: 0/2'],
    [{ spec: { replicas: 2 }, status: { ...replicas, availableReplicas: 0 } }, 'InProgress: Available: 0/2'],
    [{ spec: { replicas: 2 }, status: { ...replicas, readyReplicas: 0 } }, 'InProgress: Ready: 0/2'],
    [{ spec: { replicas: 1 }, status: replicas }, 'InProgress: Pending termination: 1'],
    [{ spec: { replicas: 2 }, status: replicas }, 'Current: ReplicaSet is available. Replicas: 2'],
  ])('reads a ReplicaSet %#', (parts, expected) => {
    expect(tell('apps/v1', 'ReplicaSet', parts)).toBe(expected);
  });

  const waiting = (reason: string) => ({ name: 'web', state: { waiting: { reason } } });
  const unschedulable = condition('PodScheduled', 'False', 'Unschedulable');

  it.each<[Parts, string]>([
    [{ status: {} }, 'InProgress: Pod phase not available'],
    [{ status: { phase: 'Succeeded' } }, 'Current: Pod has completed successfully'],
    [{ status: { phase: 'Failed' } }, 'Current: Pod has completed, but not successfully'],
    [{ status: { phase: 'Running', conditions: [condition('Ready', 'True')] } }, 'Current: Pod is Ready'],
    [{ status: { phase: 'Running' } }, 'InProgress: Pod is running but is not Ready'],
    [
      {
        status: {
          phase: 'Running',
          containerStatuses: [waiting('ContainerCreating'), waiting('CrashLoopBackOff')],
        },
      },
      'Failed: Containers in CrashLoop state: web',
    ],
    [
      { status: { phase: 'Running', containerStatuses: 'x' } },
      'Unknown: status.containerStatuses is not a list',
    ],
    [{ status: { phase: 'Pending' } }, 'InProgress: Pod is in the Pending phase'],
    [
      {
        metadata: { creationTimestamp: '2026-11-22T11:59:50Z' },
        status: { phase: 'Pending', conditions: [unschedulable] },
      },
      'InProgress: Pod has not been scheduled',
    ],
    [
      {
        metadata: { creationTimestamp: '2026-11-22T11:59:40Z' },
        status: { phase: 'Pending', conditions: [unschedulable] },
      },
      'Failed: Pod could not be scheduled',
    ],
    [{ status: { phase: 'Lost' } }, 'Unknown: unknown phase Lost'],
  ])('reads a Pod %#', (parts, expected) => {
    expect(tell('v1', 'Pod', parts)).toBe(expected);
  });
});

describe('computeStatus of a Job', () => {
  const running = {
    spec: { completions: 3 },
    status: { startTime: '2026-01-01T00:00:00Z', active: 2, succeeded: 1 },
  };
  const job = (parts: Parts, jobs?: 'completed' | 'started' | 'started-not-suspended') => {
    const { status, message } = computeStatus(object('batch/v1', 'Job', parts), {
      now,
      ...(jobs && { jobs }),
    });
    return `${status}: ${message}`;
  };

  it.each<[Parts, string]>([
    [{}, 'InProgress: Job not started. active: 0/1'],
    [running, 'InProgress: Job in progress. success:1, active: 2, failed: 0'],
    [
      {
        ...running,
        status: { ...running.status, succeeded: 3, conditions: [condition('Complete', 'True')] },
      },
      'Current: Job Completed. succeeded: 3/3',
    ],
    [
      { ...running, status: { failed: 1, conditions: [condition('Failed', 'True')] } },
      'Failed: Job Failed. failed: 1/3',
    ],
    [{ spec: { suspend: true } }, 'Current: Job is suspended'],
  ])('waits for completion %#', (parts, expected) => {
    expect(job(parts)).toBe(expected);
  });

  it('may count as soon as it runs', () => {
    expect(job(running, 'started')).toBe('Current: Job in progress. success:1, active: 2, failed: 0');
    expect(job({}, 'started')).toBe('InProgress: Job not started');
    const suspended = { spec: { suspend: true }, status: conditions(condition('Suspended', 'True')) };
    expect(job(suspended, 'started')).toBe('Current: Job is suspended');
    expect(job(suspended, 'started-not-suspended')).toBe('InProgress: Job not started');
  });
});

describe('computeStatus of other kinds', () => {
  it.each<[string, string, Parts, string]>([
    [
      'v1',
      'Service',
      { spec: { type: 'LoadBalancer' } },
      'InProgress: ClusterIP not set. Service type: LoadBalancer',
    ],
    ['v1', 'Service', { spec: { type: 'LoadBalancer', clusterIP: '10.0.0.1' } }, 'Current: Service is ready'],
    ['v1', 'Service', { spec: {} }, 'Current: Service is ready'],
    ['v1', 'PersistentVolumeClaim', { status: { phase: 'Bound' } }, 'Current: PVC is Bound'],
    ['v1', 'PersistentVolumeClaim', {}, 'InProgress: PVC is not Bound. phase: unknown'],
    ['v1', 'ConfigMap', {}, 'Current: Resource is always ready'],
    ['batch/v1', 'CronJob', {}, 'Current: Resource is always ready'],
    ['policy/v1', 'PodDisruptionBudget', {}, 'Current: AllowedDisruptions has been computed.'],
    ['apiextensions.k8s.io/v1', 'CustomResourceDefinition', {}, 'InProgress: Install in progress'],
    [
      'apiextensions.k8s.io/v1',
      'CustomResourceDefinition',
      { status: conditions(condition('Established', 'True')) },
      'Current: CRD is established',
    ],
    [
      'apiextensions.k8s.io/v1',
      'CustomResourceDefinition',
      { status: conditions(condition('Established', 'False', 'Installing')) },
      'InProgress: Install in progress',
    ],
    [
      'apiextensions.k8s.io/v1',
      'CustomResourceDefinition',
      { status: conditions(condition('Established', 'False', 'NotAccepted', 'no')) },
      'Failed: no',
    ],
    [
      'apiextensions.k8s.io/v1',
      'CustomResourceDefinition',
      { status: conditions(condition('NamesAccepted', 'False', 'Taken', 'plural is taken')) },
      'Failed: plural is taken',
    ],
  ])('reads %s %s %#', (apiVersion, kind, parts, expected) => {
    expect(tell(apiVersion, kind, parts)).toBe(expected);
  });

  it('takes the clock where no time is given', () => {
    const pod = object('v1', 'Pod', {
      metadata: { creationTimestamp: new Date().toISOString() },
      status: { phase: 'Pending', conditions: [condition('PodScheduled', 'False', 'Unschedulable')] },
    });
    expect(computeStatus(pod).status).toBe('InProgress');
  });
});

describe('aggregateStatus', () => {
  it.each([
    [[], 'Current'],
    [['Current', 'Current'], 'Current'],
    [['Current', 'InProgress'], 'InProgress'],
    [['Current', 'NotFound'], 'InProgress'],
    [['InProgress', 'Unknown'], 'Unknown'],
    [['Unknown', 'Failed', 'Current'], 'Failed'],
  ] as const)('makes one of %j', (statuses, expected) => {
    expect(aggregateStatus(statuses)).toBe(expected);
  });
});
