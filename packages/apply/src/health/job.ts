import type { KubeObject } from '@gitops-toolkit/core';
import { conditionsOf, countAt, findCondition, isTrueAt, textAt } from './fields.ts';
import { current, failed, inProgress, type ObjectStatus } from './object-status.ts';

/** As Flux reads a Job: current when it completed, or is suspended. */
export function completingJobStatus(object: KubeObject): ObjectStatus {
  if (isTrueAt(object, ['spec', 'suspend'])) return current('Job is suspended');
  const parallelism = countAt(object, ['spec', 'parallelism'], 1);
  return (
    ended(object) ??
    (hasStarted(object) ? inProgress(progress(object)) : notStarted(`. active: 0/${parallelism}`))
  );
}

/** As kstatus in Flux's fork: current as soon as it runs. */
export function runningJobStatus(object: KubeObject): ObjectStatus {
  return ended(object) ?? (hasStarted(object) ? current(progress(object)) : notStarted(''));
}

/** As kstatus: current as soon as it runs, or when it was suspended. */
export function suspendableJobStatus(object: KubeObject): ObjectStatus {
  return ended(object) ?? suspended(object) ?? runningJobStatus(object);
}

function ended(object: KubeObject): ObjectStatus | undefined {
  const parallelism = countAt(object, ['spec', 'parallelism'], 1);
  const completions = countAt(object, ['spec', 'completions'], parallelism);
  for (const { type, status } of conditionsOf(object)) {
    if (status !== 'True') continue;
    if (type === 'Complete')
      return current(`Job Completed. succeeded: ${counted(object, 'succeeded')}/${completions}`);
    if (type === 'Failed') return failed(`Job Failed. failed: ${counted(object, 'failed')}/${completions}`);
  }
  return undefined;
}

function suspended(object: KubeObject): ObjectStatus | undefined {
  const isSuspended =
    isTrueAt(object, ['spec', 'suspend']) && findCondition(conditionsOf(object), 'Suspended', 'True');
  return isSuspended ? current('Job is suspended') : undefined;
}

function hasStarted(object: KubeObject): boolean {
  return textAt(object, ['status', 'startTime']) !== '';
}

function notStarted(detail: string): ObjectStatus {
  return inProgress(`Job not started${detail}`);
}

function progress(object: KubeObject): string {
  const [succeeded, active, failures] = ['succeeded', 'active', 'failed'].map((field) =>
    counted(object, field),
  );
  return `Job in progress. success:${succeeded}, active: ${active}, failed: ${failures}`;
}

function counted(object: KubeObject, field: string): number {
  return countAt(object, ['status', field], 0);
}
