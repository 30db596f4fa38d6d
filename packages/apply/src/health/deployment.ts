import type { KubeObject } from '@gitops-toolkit/core';
import { conditionsOf, countAt, findCondition } from './fields.ts';
import { current, failed, inProgress, type ObjectStatus } from './object-status.ts';

/** What the Deployment controller takes for "no deadline". */
const NO_DEADLINE = 2_147_483_647;

/** Fails only when its progress deadline is over; is current when enough updated replicas are available. */
export function deploymentStatus(object: KubeObject): ObjectStatus {
  const conditions = conditionsOf(object);
  const isOverdue = conditions.some(
    (c) => c.type === 'Progressing' && c.reason === 'ProgressDeadlineExceeded',
  );
  if (isOverdue) return failed('Progress deadline exceeded');

  const wanted = countAt(object, ['spec', 'replicas'], 1);
  const count = (field: string): number => countAt(object, ['status', field], 0);
  const [existing, updated, available] = [
    count('replicas'),
    count('updatedReplicas'),
    count('availableReplicas'),
  ];
  if (wanted > existing) return inProgress(`Replicas: ${existing}/${wanted}`);
  if (wanted > updated) return inProgress(`Updated: ${updated}/${wanted}`);
  if (existing > wanted) return inProgress(`Pending termination: ${existing - wanted}`);
  if (updated > available) return inProgress(`Available: ${available}/${updated}`);
  if (wanted > count('readyReplicas')) return inProgress(`Ready: ${count('readyReplicas')}/${wanted}`);

  // Without a deadline the controller does not maintain the condition.
  const hasDeadline = countAt(object, ['spec', 'progressDeadlineSeconds'], NO_DEADLINE) !== NO_DEADLINE;
  const isRolledOut = conditions.some(
    (c) => c.type === 'Progressing' && c.status === 'True' && c.reason === 'NewReplicaSetAvailable',
  );
  if (hasDeadline && !isRolledOut) return inProgress('ReplicaSet not Available');
  if (!findCondition(conditions, 'Available', 'True')) return inProgress('Deployment not Available');
  return current(`Deployment is available. Replicas: ${existing}`);
}
