import { getOwn, isRecord, type KubeObject } from '@gitops-toolkit/core';
import { conditionsOf, findCondition, MalformedObject, textAt } from './fields.ts';
import { current, failed, inProgress, type ObjectStatus } from './object-status.ts';

/** How long a pod may be without a node before that counts as a failure. */
const SCHEDULE_WINDOW_MS = 15_000;

/** A pod that ended is current, also where it ended badly: whoever owns it decides what that means. */
export function podStatus(object: KubeObject, now: number): ObjectStatus {
  const phase = textAt(object, ['status', 'phase']);
  const conditions = conditionsOf(object);
  switch (phase) {
    case 'Succeeded':
      return current('Pod has completed successfully');
    case 'Failed':
      return current('Pod has completed, but not successfully');
    case 'Running':
      if (findCondition(conditions, 'Ready', 'True')) return current('Pod is Ready');
      return notReady(object);
    case 'Pending':
      if (findCondition(conditions, 'PodScheduled', 'False')?.reason !== 'Unschedulable') {
        return inProgress('Pod is in the Pending phase');
      }
      return unschedulable(object, now);
    case '':
      return inProgress('Pod phase not available');
    default:
      throw new MalformedObject(`unknown phase ${phase}`);
  }
}

function unschedulable(object: KubeObject, now: number): ObjectStatus {
  const created = Date.parse(textAt(object, ['metadata', 'creationTimestamp']));
  // A node may be on its way.
  if (now - SCHEDULE_WINDOW_MS < created) return inProgress('Pod has not been scheduled');
  return failed('Pod could not be scheduled');
}

function notReady(object: KubeObject): ObjectStatus {
  const crashing = crashLooping(object);
  if (crashing.length > 0) return failed(`Containers in CrashLoop state: ${crashing.join(',')}`);
  return inProgress('Pod is running but is not Ready');
}

function crashLooping(object: KubeObject): string[] {
  const statuses = getOwn(getOwn(object, 'status'), 'containerStatuses') ?? [];
  if (!Array.isArray(statuses)) throw new MalformedObject('status.containerStatuses is not a list');
  return statuses
    .filter(isRecord)
    .filter((status) => textAt(status, ['state', 'waiting', 'reason']) === 'CrashLoopBackOff')
    .map((status) => textAt(status, ['name']))
    .filter((name) => name !== '');
}
