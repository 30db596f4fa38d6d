import type { KubeObject } from '@gitops-toolkit/core';
import { customResourceDefinitionStatus } from './custom-resource-definition.ts';
import { daemonSetStatus } from './daemon-set.ts';
import { deploymentStatus } from './deployment.ts';
import { current, type ObjectStatus } from './object-status.ts';
import { persistentVolumeClaimStatus } from './persistent-volume-claim.ts';
import { podStatus } from './pod.ts';
import { replicaSetStatus } from './replica-set.ts';
import { serviceStatus } from './service.ts';
import { statefulSetStatus } from './stateful-set.ts';

/** The status of one kind; `now` is in milliseconds. */
export type KindRule = (object: KubeObject, now: number) => ObjectStatus;

const always: KindRule = () => current('Resource is always ready');

/** The rules by `group/Kind`. Jobs have more than one, and are not here. */
export const KIND_RULES: ReadonlyMap<string, KindRule> = new Map<string, KindRule>([
  ['/Service', serviceStatus],
  ['/Pod', podStatus],
  ['/Secret', always],
  ['/ConfigMap', always],
  ['/PersistentVolumeClaim', persistentVolumeClaimStatus],
  ['apps/StatefulSet', statefulSetStatus],
  ['apps/DaemonSet', daemonSetStatus],
  ['extensions/DaemonSet', daemonSetStatus],
  ['apps/Deployment', deploymentStatus],
  ['extensions/Deployment', deploymentStatus],
  ['apps/ReplicaSet', replicaSetStatus],
  ['extensions/ReplicaSet', replicaSetStatus],
  // Once its generation was observed, which is asked of every kind, there is no more to it.
  ['policy/PodDisruptionBudget', () => current('AllowedDisruptions has been computed.')],
  ['batch/CronJob', always],
  ['apiextensions.k8s.io/CustomResourceDefinition', customResourceDefinitionStatus],
]);
