import { errorMessage, type KubeObject, type ObjectRef, refOf, refString } from '@gitops-toolkit/core';
import { isConflict, isNotFound } from '@gitops-toolkit/kube';
import type { ApplyRun } from './apply-options.ts';
import type { Action } from './change-set.ts';
import { hasDrifted } from './drift.ts';
import { signalOf } from './signal-of.ts';
import { retryOf } from './dry-run-error.ts';
import { ApplyError, type ApplyErrorCode } from './errors.ts';
import { cleanupOf, type Plan } from './plan.ts';
import { sanitizeError } from './sanitize.ts';
import { waitForTermination } from './termination.ts';

/** What became of an object. */
export interface Outcome {
  readonly ref: ObjectRef;
  readonly action: Action;
  /** As it is in the cluster now, where it is there. */
  readonly object?: KubeObject;
}

/**
 * Carries a plan out; gives `undefined` where an unchecked one was refused: then nothing was done.
 *
 * @throws ApplyError `APPLY_FAILED`, `APPLY_CLEANUP_FAILED`, `APPLY_RECREATE_FAILED`.
 */
export async function executePlan(plan: Plan, run: ApplyRun): Promise<Outcome | undefined> {
  const { payload, live, ref, action } = plan;
  if (!payload) return { ref, action, ...(live && { object: live }) };
  if (plan.unchecked) return tryUnchecked(plan, payload, run);
  if (plan.recreates && live) await deleteAndWait(live, run);
  if (plan.cleanup && live) await cleanUp(plan, payload, run);
  try {
    const object = await write(payload, run);
    run.memory?.learn(plan.desired, object, run);
    return { ref, action, object };
  } catch (error) {
    throw failure('APPLY_FAILED', ref, 'apply failed', sanitizeError(error, payload), run);
  }
}

/** No object ever has it, so that an apply with it succeeds only where there is none. */
const VERSION_OF_NOTHING = '1';

async function tryUnchecked(plan: Plan, payload: KubeObject, run: ApplyRun): Promise<Outcome | undefined> {
  const { desired, live, unchecked } = plan;
  try {
    const metadata = { ...payload.metadata, resourceVersion: VERSION_OF_NOTHING };
    const object = await write(unchecked === 'absent' ? { ...payload, metadata } : payload, run);
    run.memory?.learn(desired, object, run);
    const isSame = live !== undefined && !hasDrifted(live, object);
    return { ref: refOf(object), action: isSame ? 'unchanged' : plan.action, object };
  } catch {
    run.signal?.throwIfAborted();
    // Whatever it is: a dry run finds it out, and says it in its words.
    return undefined;
  }
}

function write(payload: KubeObject, run: ApplyRun): Promise<KubeObject> {
  const { fieldManager } = run.owner;
  return run.client.apply(payload, { fieldManager, force: true, ...signalOf(run) });
}

/** The object may change between its reading and the patch: then it is read again. */
async function cleanUp(plan: Plan, payload: KubeObject, run: ApplyRun): Promise<void> {
  let patch = plan.cleanup;
  for (let attempt = 0; patch; attempt++) {
    try {
      const { fieldManager } = run.owner;
      await run.client.patch(plan.ref, { type: 'json', body: patch }, { fieldManager, ...signalOf(run) });
      return;
    } catch (error) {
      const cause = sanitizeError(error, payload);
      if (!isConflict(error) || attempt >= 5) {
        throw failure('APPLY_CLEANUP_FAILED', plan.ref, 'metadata.managedFields cleanup failed', cause, run);
      }
      const live = await run.client.find(plan.ref, signalOf(run));
      patch = live && cleanupOf(payload, live, run);
    }
  }
}

async function deleteAndWait(live: KubeObject, run: ApplyRun): Promise<void> {
  const ref = refOf(live);
  const what = 'immutable field detected, failed to delete object';
  try {
    const { uid } = live.metadata;
    const preconditions = uid === undefined ? {} : { preconditions: { uid } };
    await run.client.delete(ref, { propagationPolicy: 'Background', ...preconditions, ...signalOf(run) });
  } catch (error) {
    if (!isNotFound(error))
      throw failure('APPLY_RECREATE_FAILED', ref, what, sanitizeError(error, live), run);
  }
  const { waitTimeoutMs: timeoutMs, waitPollMs: pollMs, clock } = run;
  try {
    await waitForTermination(run.client, [ref], { timeoutMs, pollMs, clock, ...signalOf(run) });
  } catch (error) {
    const waiting = 'immutable field detected, failed to wait for object to be deleted';
    throw failure('APPLY_RECREATE_FAILED', ref, waiting, error, run);
  }
}

function failure(code: ApplyErrorCode, ref: ObjectRef, what: string, cause: unknown, run: ApplyRun): Error {
  if (run.signal?.aborted) return run.signal.reason as Error;
  const message = `${refString(ref)} ${what}: ${errorMessage(cause)}`;
  return new ApplyError(code, message, { cause, object: ref, ...retryOf(cause) });
}
