import { getOwn, type KubeObject } from '@gitops-toolkit/core';

import type { ControllerContext } from '../controllers/controller.ts';
import { ownedBy } from './owned.ts';
import { phaseOf, podFromTemplate, PODS } from './pods.ts';

interface JobSpec {
  readonly completions?: number;
  readonly parallelism?: number;
  readonly backoffLimit?: number;
  readonly suspend?: boolean;
  readonly ttlSecondsAfterFinished?: number;
  readonly template: unknown;
}

interface JobCondition {
  readonly type: string;
  readonly status: string;
  readonly [field: string]: string;
}

interface JobStatus {
  startTime?: string;
  conditions?: { type: string; status: string }[];
}

/** Runs the Pods of a Job until enough of them have succeeded or too many have failed. */
export function reconcileJob(job: KubeObject, context: ControllerContext): void {
  const spec = job['spec'] as JobSpec;
  const status = (job['status'] ?? {}) as JobStatus;
  if (finished(status)) return expire(job, spec, context);
  const pods = ownedBy(context.engine, PODS, job);
  const counts = count(pods);
  const wanted = spec.completions ?? 1;
  const isOver = counts.succeeded >= wanted || counts.failed > (spec.backoffLimit ?? 6);
  if (!isOver && spec.suspend !== true) {
    const missing = Math.min(spec.parallelism ?? 1, wanted - counts.succeeded) - counts.active;
    for (let i = 0; i < missing; i++) context.client.create(podFromTemplate(job, spec.template, {}));
  }
  updateStatus(job, spec, context);
}

const finished = ({ conditions = [] }: JobStatus): boolean =>
  conditions.some(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True');

function count(pods: readonly KubeObject[]): { active: number; succeeded: number; failed: number } {
  const of = (phase: string): number => pods.filter((pod) => phaseOf(pod) === phase).length;
  const [succeeded, failed] = [of('Succeeded'), of('Failed')];
  return { succeeded, failed, active: pods.length - succeeded - failed };
}

/** Deletes a Job that is over when its time to live has passed. */
function expire(
  job: KubeObject,
  { ttlSecondsAfterFinished }: JobSpec,
  { queue, client }: ControllerContext,
): void {
  if (ttlSecondsAfterFinished === undefined) return;
  const key = `job/ttl/${job.metadata.uid}`;
  queue.addAfter(key, ttlSecondsAfterFinished * 1000, () =>
    client.delete(job, { propagation: 'Background' }),
  );
}

function updateStatus(job: KubeObject, spec: JobSpec, { client, engine }: ControllerContext): void {
  const counts = count(ownedBy(engine, PODS, job));
  const { active, succeeded, failed } = counts;
  const now = engine.now();
  client.updateStatus(job, (draft) => {
    const old = (draft['status'] ?? {}) as JobStatus;
    const conditions = outcome(spec, counts, now);
    const isComplete = conditions.some(({ type }) => type === 'Complete');
    draft['status'] = {
      ...(spec.suspend === true ? {} : { startTime: old.startTime ?? now }),
      ...(active > 0 ? { active } : {}),
      ...(succeeded > 0 ? { succeeded } : {}),
      ...(failed > 0 ? { failed } : {}),
      ...(isComplete ? { completionTime: now } : {}),
      terminating: 0,
      ready: getOwn(draft['status'], 'ready') ?? 0,
      uncountedTerminatedPods: {},
      ...(conditions.length > 0 ? { conditions } : {}),
    };
  });
}

function outcome(
  spec: JobSpec,
  { succeeded, failed }: { succeeded: number; failed: number },
  now: string,
): JobCondition[] {
  const condition = (type: string, reason: string, message: string): JobCondition => ({
    type,
    status: 'True',
    lastProbeTime: now,
    lastTransitionTime: now,
    reason,
    message,
  });
  if (succeeded >= (spec.completions ?? 1)) {
    const message = 'Reached expected number of succeeded pods';
    return ['SuccessCriteriaMet', 'Complete'].map((type) => condition(type, 'CompletionsReached', message));
  }
  if (failed > (spec.backoffLimit ?? 6)) {
    const message = 'Job has reached the specified backoff limit';
    return ['FailureTarget', 'Failed'].map((type) => condition(type, 'BackoffLimitExceeded', message));
  }
  return spec.suspend === true ? [condition('Suspended', 'JobSuspended', 'Job suspended')] : [];
}
