import { findToolkitError } from '@gitops-toolkit/core';
import { KubeError } from '@gitops-toolkit/kube';

import { RuntimeError } from '../errors.ts';
import { jitter } from '../status/jitter.ts';
import type { RunOutcome } from './controller-observer.ts';
import type { Result } from './result.ts';

/** What follows from how a run ended. */
export interface Decision {
  readonly outcome: RunOutcome;
  readonly error?: unknown;
  /** `rate-limited`: with growing delays; `after`: once after `delayMs`; `none`: on the next change. */
  readonly retry: 'rate-limited' | 'after' | 'none';
  /** For `rate-limited` the least, for `after` the time. */
  readonly delayMs: number;
  /** Of the next run. @default that of this one */
  readonly priority?: number;
  /** The time spread by what the result says, or by a default. */
  jittered(defaultPercent: number, random?: () => number): number;
}

/** Reads the result of a run, or its failure, by the table at {@link Result}. */
export function decide(result: Result | void, failure?: { readonly error: unknown }): Decision {
  if (failure) return decideFailure(failure.error);
  const { requeueAfterMs, requeue, jitterPercent, priority } = result ?? {};
  const next = priority === undefined ? {} : { priority };
  if (requeueAfterMs !== undefined) {
    if (!Number.isFinite(requeueAfterMs)) return decideFailure(notATime(requeueAfterMs));
    return {
      outcome: 'requeue_after',
      retry: 'after',
      delayMs: requeueAfterMs,
      ...next,
      jittered: (percent, random) => jitter(requeueAfterMs, jitterPercent ?? percent, random),
    };
  }
  return requeue ? { ...plain('requeue', 'rate-limited'), ...next } : plain('success', 'none');
}

function decideFailure(error: unknown): Decision {
  const known = findToolkitError(error);
  // The cluster came and went between the change and the run: whoever engages it again is told of everything in it.
  if (known?.code === 'RUNTIME_CLUSTER_NOT_FOUND') return plain('success', 'none');
  // A role, a definition or a namespace may come without a change of the object: what the cluster refuses is asked again.
  if (known?.retry === 'terminal' && !(known instanceof KubeError))
    return { ...plain('terminal_error', 'none'), error };
  return { ...plain('error', 'rate-limited', known?.retryAfterMs), error };
}

function plain(outcome: RunOutcome, retry: Decision['retry'], delayMs = 0): Decision {
  return { outcome, retry, delayMs, jittered: () => delayMs };
}

function notATime(value: number): RuntimeError {
  return new RuntimeError('RUNTIME_OPTION_INVALID', `requeueAfterMs is ${value}`, { retry: 'backoff' });
}
