import { getOwn, isRecord, type KubeObject } from '@gitops-toolkit/core';

import type { Engine } from '../engine.ts';
import type { StoreEvent } from '../store/entry.ts';
import type { Happening } from './event-recorder.ts';
import { controllerOf } from './owned.ts';
import { PODS } from './pods.ts';

const DEPLOYMENTS = 'apps/deployments';
const REPLICA_SETS = 'apps/replicasets';
const JOBS = 'batch/jobs';

/** Who creates Pods, by kind: where the owner is stored, and its controller. */
const POD_OWNERS: Readonly<Record<string, readonly [resource: string, component: string]>> = {
  ReplicaSet: [REPLICA_SETS, 'replicaset-controller'],
  StatefulSet: ['apps/statefulsets', 'statefulset-controller'],
  DaemonSet: ['apps/daemonsets', 'daemonset-controller'],
  Job: [JOBS, 'job-controller'],
};

/** What a write of a simulated controller tells to people, in the order in which it happened. */
export function happeningsOf(engine: Engine, resource: string, event: StoreEvent): Happening[] {
  const { type, entry, previous } = event;
  if (type === 'DELETED') return [];
  const object = entry.object;
  const before = previous?.object;
  switch (resource) {
    case REPLICA_SETS:
      return scaled(engine, object, before);
    case PODS:
      return [...created(engine, object, before), ...podSteps(object, before)];
    case JOBS:
      return finished(object, before);
    default:
      return [];
  }
}

function scaled(engine: Engine, set: KubeObject, before: KubeObject | undefined): Happening[] {
  const deployment = ownerOf(engine, set, 'Deployment', DEPLOYMENTS);
  const to = replicasOf(set);
  const from = before ? replicasOf(before) : 0;
  if (!deployment || from === to) return [];
  const message = `Scaled ${to > from ? 'up' : 'down'} replica set ${set.metadata.name} from ${from} to ${to}`;
  return [{ object: deployment, reason: 'ScalingReplicaSet', message, component: 'deployment-controller' }];
}

const replicasOf = (set: KubeObject): number => Number(getOwn(set['spec'], 'replicas') ?? 0);

/** The manager of an object, if it is of the kind and still there. */
function ownerOf(engine: Engine, object: KubeObject, kind: string, resource: string): KubeObject | undefined {
  const reference = controllerOf(object);
  if (reference?.kind !== kind) return undefined;
  const owner = engine.find(resource, object.metadata.namespace, reference.name);
  return owner?.metadata.uid === reference.uid ? owner : undefined;
}

function created(engine: Engine, pod: KubeObject, before: KubeObject | undefined): Happening[] {
  const { kind = '' } = controllerOf(pod) ?? {};
  const known = Object.hasOwn(POD_OWNERS, kind) ? POD_OWNERS[kind] : undefined;
  if (before || !known) return [];
  const [resource, component] = known;
  const object = ownerOf(engine, pod, kind, resource);
  const { name } = pod.metadata;
  const message =
    kind === 'StatefulSet'
      ? `create Pod ${name} in StatefulSet ${object?.metadata.name} successful`
      : `Created pod: ${name}`;
  return object ? [{ object, reason: 'SuccessfulCreate', message, component }] : [];
}

function podSteps(pod: KubeObject, before: KubeObject | undefined): Happening[] {
  const node = nodeOf(pod);
  const happenings: Happening[] = [];
  if (node !== '' && nodeOf(before) === '') {
    const message = `Successfully assigned ${pod.metadata.namespace}/${pod.metadata.name} to ${node}`;
    happenings.push({ object: pod, reason: 'Scheduled', message, component: 'default-scheduler' });
  }
  if (hasStarted(pod) && !hasStarted(before)) {
    for (const container of containersOf(pod)) happenings.push(...containerSteps(pod, node, container));
  }
  return happenings;
}

const nodeOf = (pod: KubeObject | undefined): string =>
  String((getOwn(pod?.['spec'], 'nodeName') as string | undefined) ?? '');
const hasStarted = (pod: KubeObject | undefined): boolean =>
  getOwn(pod?.['status'], 'startTime') !== undefined;

interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly reason: unknown;
}

function containersOf(pod: KubeObject): ContainerStatus[] {
  const statuses = getOwn(pod['status'], 'containerStatuses');
  return (Array.isArray(statuses) ? statuses : []).filter(isRecord).map((status) => ({
    name: String(status['name']),
    image: String(status['image']),
    reason: getOwn(getOwn(status['state'], 'waiting'), 'reason'),
  }));
}

type Step = Pick<Happening, 'type' | 'reason' | 'message'>;

function containerSteps(pod: KubeObject, host: string, container: ContainerStatus): Happening[] {
  const fieldPath = `spec.containers{${container.name}}`;
  const steps = container.reason === 'ImagePullBackOff' ? pullFailure(container) : start(pod, container);
  return steps.map((step) => ({ ...step, object: pod, component: 'kubelet', host, fieldPath }));
}

function pullFailure({ image }: ContainerStatus): Step[] {
  const quoted = JSON.stringify(image);
  return [
    { reason: 'Pulling', message: `Pulling image ${quoted}` },
    { type: 'Warning', reason: 'Failed', message: `Failed to pull image ${quoted}: ${image}: not found` },
    { type: 'Warning', reason: 'Failed', message: 'Error: ErrImagePull' },
    { reason: 'BackOff', message: `Back-off pulling image ${quoted}` },
    { type: 'Warning', reason: 'Failed', message: 'Error: ImagePullBackOff' },
  ];
}

function start({ metadata }: KubeObject, { name, image, reason }: ContainerStatus): Step[] {
  const steps: Step[] = [
    { reason: 'Pulled', message: `Container image ${JSON.stringify(image)} already present on machine` },
    { reason: 'Created', message: `Created container: ${name}` },
    { reason: 'Started', message: `Started container ${name}` },
  ];
  if (reason === 'CrashLoopBackOff') {
    const where = `pod ${metadata.name}_${metadata.namespace}(${metadata.uid})`;
    const message = `Back-off restarting failed container ${name} in ${where}`;
    steps.push({ type: 'Warning', reason: 'BackOff', message });
  }
  return steps;
}

function finished(job: KubeObject, before: KubeObject | undefined): Happening[] {
  const component = 'job-controller';
  if (conditionOf(job, 'Complete') && !conditionOf(before, 'Complete')) {
    return [{ object: job, reason: 'Completed', message: 'Job completed', component }];
  }
  const failed = conditionOf(job, 'Failed');
  if (!failed || conditionOf(before, 'Failed')) return [];
  const { reason, message } = failed;
  return [{ object: job, type: 'Warning', reason: String(reason), message: String(message), component }];
}

function conditionOf(object: KubeObject | undefined, type: string): Record<string, unknown> | undefined {
  const conditions = getOwn(object?.['status'], 'conditions');
  return (Array.isArray(conditions) ? conditions : [])
    .filter(isRecord)
    .find((condition) => condition['type'] === type && condition['status'] === 'True');
}
