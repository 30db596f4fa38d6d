import { gvkOf, type KubeObject } from '@gitops-toolkit/core';
import { conditionsOf, integerAt, MalformedObject, stringAt } from './fields.ts';
import { completingJobStatus, runningJobStatus, suspendableJobStatus } from './job.ts';
import { KIND_RULES } from './kind-rules.ts';
import { current, failed, inProgress, type ObjectStatus } from './object-status.ts';

/** How the status of an object is judged. */
export interface ComputeStatusOptions {
  /** Milliseconds since the epoch: a pod may wait 15 s for a node. @default Date.now() */
  readonly now?: number;
  /**
   * When a Job is `Current`: `completed` as Flux waits for it, `started` as kstatus has it, and
   * `started-not-suspended` as the kstatus of Flux does where its own reader is not used.
   * @default 'completed'
   */
  readonly jobs?: 'completed' | 'started' | 'started-not-suspended';
}

/**
 * The status of an object by the rules of kstatus: from its generation, its `Reconciling` and
 * `Stalled` conditions, the rule of its kind, or its `Ready` condition, in that order. An object
 * whose fields have types that they should not have is `Unknown`.
 *
 * @example
 * ```ts
 * import { computeStatus } from '@gitops-toolkit/apply';
 *
 * const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data' }, status: { phase: 'Pending' } };
 * console.log(computeStatus(claim)); // { status: 'InProgress', message: 'PVC is not Bound. phase: Pending' }
 * ```
 */
export function computeStatus(object: KubeObject, options: ComputeStatusOptions = {}): ObjectStatus {
  try {
    return statusOf(object, options);
  } catch (error) {
    if (error instanceof MalformedObject) return { status: 'Unknown', message: error.message };
    throw error;
  }
}

function statusOf(object: KubeObject, options: ComputeStatusOptions): ObjectStatus {
  const { group, kind } = gvkOf(object);
  const isJob = group === 'batch' && kind === 'Job';
  // Flux reads Jobs with a reader of its own, which looks at nothing else.
  if (isJob && (options.jobs ?? 'completed') === 'completed') return completingJobStatus(object);
  const known = terminating(object) ?? unobserved(object) ?? standardConditions(object);
  if (known) return known;
  if (isJob) return options.jobs === 'started' ? suspendableJobStatus(object) : runningJobStatus(object);
  const rule = KIND_RULES.get(`${group}/${kind}`);
  if (rule) return rule(object, options.now ?? Date.now());
  return readyCondition(object) ?? current('Resource is current');
}

function terminating(object: KubeObject): ObjectStatus | undefined {
  const timestamp = stringAt(object, ['metadata', 'deletionTimestamp']);
  return timestamp ? { status: 'Terminating', message: 'Resource scheduled for deletion' } : undefined;
}

function unobserved(object: KubeObject): ObjectStatus | undefined {
  const generation = integerAt(object, ['metadata', 'generation']);
  if (generation === undefined) return undefined;
  const observed = integerAt(object, ['status', 'observedGeneration']);
  if (observed === undefined || observed === generation) return undefined;
  return inProgress(
    `${object.kind} generation is ${generation}, but latest observed generation is ${observed}`,
  );
}

function standardConditions(object: KubeObject): ObjectStatus | undefined {
  for (const { type, status, message } of conditionsOf(object)) {
    if (type === 'Reconciling' && status === 'True') return inProgress(message);
    if (type === 'Stalled' && status === 'True') return failed(message);
  }
  return undefined;
}

function readyCondition(object: KubeObject): ObjectStatus | undefined {
  for (const { type, status, message } of conditionsOf(object)) {
    if (type !== 'Ready') continue;
    if (status === 'True') return current('Resource is Ready');
    if (status === 'False' || status === 'Unknown') return inProgress(message);
  }
  return undefined;
}
