import { errorMessage, type ObjectRef } from '@gitops-toolkit/core';

import { RuntimeError } from '../errors.ts';

/**
 * What a reconciler asks for when it returns.
 *
 * | the reconciler | the controller |
 * |---|---|
 * | returns nothing or `{}` | forgets past failures; waits for the next change |
 * | returns `{ requeueAfterMs }` | forgets past failures; comes back after the time, or on a change before it |
 * | returns `{ requeue: true }` | comes back with growing delays, as after a failure, and counts no error |
 * | throws an error whose nearest `ToolkitError` has `retry: 'terminal'`, and is no `KubeError` | does not come back until something changes |
 * | throws anything else | comes back with growing delays, and not before the error's `retryAfterMs` |
 */
export interface Result {
  /** Milliseconds until the next run. */
  readonly requeueAfterMs?: number;
  /** Spreads `requeueAfterMs` by up to this many percent either way. @default the controller's own */
  readonly jitterPercent?: number;
  /**
   * The priority of the run that is asked for: higher goes first. @default that of this run: 0 for what changes,
   * -100 for what was there at the start
   */
  readonly priority?: number;
  /** Come back with growing delays. Ignored where `requeueAfterMs` is given. */
  readonly requeue?: boolean;
}

/** Asks to come back after a time. */
export function requeueAfter(ms: number, options: { jitterPercent?: number } = {}): Result {
  return { requeueAfterMs: ms, ...options };
}

/**
 * Wraps a failure so that it is not retried until something changes.
 *
 * @example
 * ```ts
 * import { terminal } from '@gitops-toolkit/runtime';
 * const error = terminal(new Error('spec.url: not a URL'));
 * console.log(error.retry, error.message); // terminal spec.url: not a URL
 * ```
 */
export function terminal(cause: unknown, options: { object?: ObjectRef } = {}): RuntimeError {
  return new RuntimeError('RUNTIME_TERMINAL', errorMessage(cause), { cause, retry: 'terminal', ...options });
}
