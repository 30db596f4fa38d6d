import { type Clock, formatDuration, type ObjectRef, parseDuration } from '@gitops-toolkit/core';
import type { Kustomization } from '@gitops-toolkit/api';
import { type ChangeSet, waitForHealth } from '@gitops-toolkit/apply';
import type { KubeClient } from '@gitops-toolkit/kube';
import { conditions } from '@gitops-toolkit/runtime';
import { ControllersError } from '../errors.ts';
import { ReconcileFailure } from '../reconcile-failure.ts';

/** How the health of what was applied is awaited. */
export interface HealthCheckOptions {
  readonly revision: string;
  readonly pollMs: number;
  readonly failFast: boolean;
  readonly signal: AbortSignal;
  /** Ends the check: something newer is there to apply. */
  readonly superseded?: AbortSignal;
  readonly clock: Clock;
  /** Called before waiting begins, when the conditions say so. */
  readonly onWaiting: () => void;
  /** It was healthy before and nothing was changed: the condition stays as it is. */
  readonly known: boolean;
}

/** Flux's smallest time limit. */
const MIN_TIMEOUT_MS = 30_000;

/** Whether the spec asks for a health check at all. */
export function wantsHealthCheck({ spec }: Kustomization): boolean {
  return spec.wait === true || (spec.healthChecks?.length ?? 0) > 0;
}

/**
 * Waits until what was applied, or what `spec.healthChecks` names, is healthy.
 *
 * @throws ReconcileFailure `HealthCheckFailed` naming what is not, `HealthCheckCanceled` where something newer came.
 */
export async function checkHealth(
  object: Kustomization,
  client: KubeClient,
  changes: ChangeSet,
  options: HealthCheckOptions,
): Promise<void> {
  const { clock, superseded, signal } = options;
  const refs = healthRefs(object, changes);
  const timeoutMs = timeoutOf(object);
  if (!options.known) announce(object, timeoutMs, options);
  const started = clock.monotonic();
  try {
    await waitForHealth(client, refs, {
      timeoutMs,
      pollMs: options.pollMs,
      failFast: options.failFast,
      // It follows the signal of the run.
      signal: superseded ?? signal,
    });
  } catch (cause) {
    conditions.markFalse(
      object,
      'Healthy',
      superseded?.aborted ? 'HealthCheckCanceled' : 'HealthCheckFailed',
      String((cause as Error).message),
      options,
    );
    if (superseded?.aborted && !signal.aborted) {
      const text = 'health check canceled: a newer state is there to apply';
      throw new ReconcileFailure('HealthCheckCanceled', {
        cause: new ControllersError('CONTROLLERS_UNHEALTHY', text),
        requeueAfterMs: 1,
        expected: true,
      });
    }
    const took = formatDuration(Math.round(clock.monotonic() - started));
    throw new ReconcileFailure('HealthCheckFailed', { cause, prefix: `health check failed after ${took}: ` });
  }
  if (options.known) return;
  const took = formatDuration(Math.round(clock.monotonic() - started));
  conditions.markTrue(object, 'Healthy', 'Succeeded', `Health check passed in ${took}`, options);
}

function announce(object: Kustomization, timeoutMs: number, options: HealthCheckOptions): void {
  const text = `Running health checks for revision ${options.revision} with a timeout of ${formatDuration(timeoutMs)}`;
  conditions.markReconciling(object, 'Progressing', text, options);
  conditions.markUnknown(object, 'Healthy', 'Progressing', text, options);
  options.onWaiting();
}

function healthRefs(object: Kustomization, changes: ChangeSet): ObjectRef[] {
  if (object.spec.wait) {
    return changes.entries
      .filter(({ action }) => action !== 'skipped' && action !== 'deleted')
      .map(({ ref }) => ref);
  }
  return (object.spec.healthChecks ?? []).map(({ apiVersion, kind, name, namespace }) => ({
    apiVersion: apiVersion ?? 'v1',
    kind,
    name,
    namespace: namespace ?? object.metadata.namespace ?? '',
  }));
}

/** `spec.timeout`, or the interval less half a minute and never less than that, in milliseconds. */
export function timeoutOf({ spec }: Kustomization): number {
  if (spec.timeout !== undefined) return parseDuration(spec.timeout);
  return Math.max(parseDuration(spec.interval) - MIN_TIMEOUT_MS, MIN_TIMEOUT_MS);
}
