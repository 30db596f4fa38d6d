import type { KubeObject } from '@gitops-toolkit/core';
import { conditionsOf, countAt, findCondition } from './fields.ts';
import { current, inProgress, type ObjectStatus } from './object-status.ts';

/** A failure to create pods is not final: quota may be raised. */
export function replicaSetStatus(object: KubeObject): ObjectStatus {
  if (findCondition(conditionsOf(object), 'ReplicaFailure', 'True')) {
    return inProgress('Replica Failure condition. Check Pods');
  }
  const wanted = countAt(object, ['spec', 'replicas'], 1);
  const count = (field: string): number => countAt(object, ['status', field], 0);
  const existing = count('replicas');
  if (wanted > count('fullyLabeledReplicas'))
    return inProgress(`Labelled: ${count('fullyLabeledReplicas')}/${wanted}`);
  if (wanted > count('availableReplicas'))
    return inProgress(`Available: ${count('availableReplicas')}/${wanted}`);
  if (wanted > count('readyReplicas')) return inProgress(`Ready: ${count('readyReplicas')}/${wanted}`);
  if (existing > wanted) return inProgress(`Pending termination: ${existing - wanted}`);
  return current(`ReplicaSet is available. Replicas: ${existing}`);
}
