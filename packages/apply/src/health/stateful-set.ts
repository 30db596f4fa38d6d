import type { KubeObject } from '@gitops-toolkit/core';
import { countAt, textAt } from './fields.ts';
import { current, inProgress, type ObjectStatus } from './object-status.ts';

/** From its counts and revisions alone: its controller writes no conditions. */
export function statefulSetStatus(object: KubeObject): ObjectStatus {
  if (textAt(object, ['spec', 'updateStrategy', 'type']) === 'OnDelete') {
    return current('StatefulSet is using the ondelete update strategy');
  }
  const wanted = countAt(object, ['spec', 'replicas'], 1);
  const count = (field: string): number => countAt(object, ['status', field], 0);
  const existing = count('replicas');
  if (wanted > existing) return inProgress(`Replicas: ${existing}/${wanted}`);
  if (wanted > count('readyReplicas')) return inProgress(`Ready: ${count('readyReplicas')}/${wanted}`);
  if (existing > wanted) return inProgress(`Pending termination: ${existing - wanted}`);

  const partition = countAt(object, ['spec', 'updateStrategy', 'rollingUpdate', 'partition'], -1);
  if (partition !== -1) return partitionStatus(count('updatedReplicas'), wanted - partition);

  const atRevision = count('currentReplicas');
  if (wanted > atRevision) return inProgress(`current: ${atRevision}/${wanted}`);
  const revision = (field: string): string => textAt(object, ['status', field]);
  if (revision('currentRevision') !== revision('updateRevision')) {
    return inProgress('Waiting for updated revision to match current');
  }
  return current(`All replicas scheduled as expected. Replicas: ${existing}`);
}

function partitionStatus(updated: number, wanted: number): ObjectStatus {
  if (updated < wanted) return inProgress(`updated: ${updated}/${wanted}`);
  return current(`Partition rollout complete. updated: ${updated}`);
}
