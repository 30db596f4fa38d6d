import type { KubeObject } from '@gitops-toolkit/core';

import type { Controller, ControllerContext } from '../controllers/controller.ts';
import type { SimulationOptions } from '../options.ts';
import { reconcileDaemonSet } from './daemon-set.ts';
import { reconcileDeployment } from './deployment.ts';
import { reconcileBudget } from './disruption-budget.ts';
import { reconcileJob } from './job.ts';
import { EventController } from './event-controller.ts';
import { Kubelet } from './kubelet.ts';
import { NetworkController } from './network.ts';
import { PODS } from './pods.ts';
import { reconcileReplicaSet } from './replica-set.ts';
import { reconcileStatefulSet } from './stateful-set.ts';
import { bindClaim } from './storage.ts';
import { WorkloadController } from './workload-controller.ts';

type Reconcile = (object: KubeObject, context: ControllerContext) => void;

const WORKLOADS: readonly (readonly [
  apiVersion: string,
  plural: string,
  kind: string,
  reconcile: Reconcile,
])[] = [
  ['apps/v1', 'deployments', 'Deployment', reconcileDeployment],
  ['apps/v1', 'replicasets', 'ReplicaSet', reconcileReplicaSet],
  ['apps/v1', 'statefulsets', 'StatefulSet', reconcileStatefulSet],
  ['apps/v1', 'daemonsets', 'DaemonSet', reconcileDaemonSet],
  ['batch/v1', 'jobs', 'Job', reconcileJob],
];

/** The nodes where none are named. */
export const DEFAULT_NODES: readonly string[] = ['node-1'];

/** The controllers that bring workloads to life. */
export function simulationControllers(context: ControllerContext, options: SimulationOptions): Controller[] {
  const workloads = WORKLOADS.map(([apiVersion, plural, kind, reconcile]) => {
    const resource = `${apiVersion.slice(0, apiVersion.indexOf('/'))}/${plural}`;
    return new WorkloadController({ resource, apiVersion, kind }, context, reconcile);
  });
  const claims = { resource: '/persistentvolumeclaims', apiVersion: 'v1', kind: 'PersistentVolumeClaim' };
  const budgets = {
    resource: 'policy/poddisruptionbudgets',
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    watches: PODS,
  };
  return [
    ...workloads,
    new WorkloadController(budgets, context, reconcileBudget),
    new WorkloadController(claims, context, bindClaim),
    new Kubelet(context, options.nodes ?? DEFAULT_NODES, options.delayMs ?? 0),
    new NetworkController(context),
    new EventController(context),
  ];
}
