import { parseDuration } from '@gitops-toolkit/core';
import { conditions, type ReconcileContext, requeueAfter, type Result } from '@gitops-toolkit/runtime';
import { ReconcileFailure } from '../reconcile-failure.ts';
import { failureConditions } from './source-conditions.ts';
import type { SourceObject } from './source-object.ts';
import { SourceRun, type SourceRunInput, type SourceSteps, statusOf, storedMessage } from './source-run.ts';
import { checkStoredArtifact, collectArtifacts } from './stored-artifact.ts';

/** How often a source without an interval is looked at, as in Flux. */
const DEFAULT_INTERVAL = '1m';

/** Checks what is stored, takes the steps of the kind, and shows how that ended. */
export async function runSource<T extends SourceObject>(
  input: SourceRunInput<T>,
  steps: SourceSteps<T>,
): Promise<Result> {
  const { object, context, options } = input;
  const failedBefore = failureConditions.some((type) => conditions.isTrue(object, type));
  const run = new SourceRun(input);
  try {
    await checkStoredArtifact(object, options.storage, context);
    await steps(run);
  } catch (error) {
    return showFailure(run, error);
  }
  showSuccess(object, context);
  if (failedBefore && !run.hasNewContent)
    context.events.normal(object, 'Succeeded', conditions.messageOf(object, 'Ready'));
  await collectArtifacts(object, options.storage, context);
  const { interval = DEFAULT_INTERVAL } = object.spec;
  return requeueAfter(parseDuration(interval), { jitterPercent: options.jitterPercent });
}

function showSuccess(object: SourceObject, context: ReconcileContext): void {
  for (const type of [...failureConditions, 'ArtifactOutdated', 'Stalled', 'Reconciling'])
    conditions.remove(object, type);
  const stored = conditions.get(object, 'ArtifactInStorage');
  const reason = stored?.reason ?? 'Succeeded';
  const message = stored?.message || storedMessage(object.status?.artifact?.revision ?? '');
  for (const type of ['ArtifactInStorage', 'Ready'])
    conditions.markTrue(object, type, reason, message, context);
  observeGeneration(object);
}

/** Shows the failure. Unless nothing but a change of the object can help, it is tried again, with growing delays. */
function showFailure<T extends SourceObject>(run: SourceRun<T>, error: unknown): Result {
  const { object, context, failsIn } = run;
  if (context.signal.aborted) throw error;
  const failure =
    error instanceof ReconcileFailure ? error : new ReconcileFailure('Failed', { cause: error });
  const { reason, message, stalled, requeueAfterMs } = failure;
  const isNews = conditions.messageOf(object, 'Ready') !== message;
  // Not removed before: a condition that stays keeps its time, and a run that fails as before writes nothing.
  for (const type of run.overcome)
    if (type !== failsIn && type !== 'SourceVerified') conditions.remove(object, type);
  if (failsIn === 'SourceVerified') conditions.markFalse(object, failsIn, reason, message, context);
  else conditions.markTrue(object, failsIn, reason, message, context);
  if (stalled) conditions.markStalled(object, reason, message, context);
  else conditions.markReconciling(object, 'ProgressingWithRetry', message, context);
  showNotReady(object, context, failure);
  if (isNews) tell(run, failure);
  if (stalled) {
    observeGeneration(object);
    return {};
  }
  if (requeueAfterMs !== undefined) return requeueAfter(requeueAfterMs);
  // Retries grow apart whatever the cause: a branch may be made, a password changed, without a change of the object.
  if (!failure.quiet) context.log.error(message, { error: failure.cause });
  return { requeue: true };
}

function tell<T extends SourceObject>({ object, context }: SourceRun<T>, failure: ReconcileFailure): void {
  const { reason, message, quiet } = failure;
  if (quiet) context.events.trace(object, reason, message);
  else context.events.warning(object, reason, message);
}

/** A failure of an earlier run that is not over may tell more than that of this run. */
function showNotReady(object: SourceObject, context: ReconcileContext, failure: ReconcileFailure): void {
  const telling = failureConditions.find((type) => conditions.isTrue(object, type));
  const { reason, message } = (telling && conditions.get(object, telling)) ?? failure;
  conditions.markFalse(object, 'Ready', reason, message, context);
}

function observeGeneration(object: SourceObject): void {
  const { generation } = object.metadata;
  if (generation !== undefined) statusOf(object).observedGeneration = generation;
}
