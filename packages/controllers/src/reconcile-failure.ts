import { errorMessage, findToolkitError, locationString } from '@gitops-toolkit/core';

/** How a run that failed is shown and when it is tried again. */
export interface ReconcileFailureOptions {
  /** The failure itself. */
  readonly cause: unknown;
  /** Put before the failure's own words. */
  readonly prefix?: string;
  /** Milliseconds until the next run. @default the object's retry interval */
  readonly requeueAfterMs?: number;
  /** Nothing will help but a change of the object. @default false */
  readonly stalled?: boolean;
  /** Waiting is part of the plan: the event is no warning. @default false */
  readonly expected?: boolean;
  /** There is no event: the condition says enough. @default false */
  readonly quiet?: boolean;
  /** Milliseconds from the creation of an object in which it is no failure but its beginning. @default 0 */
  readonly patienceMs?: number;
}

/** Ends a run early, with the reason that its `Ready` condition gets. */
export class ReconcileFailure extends Error {
  readonly reason: string;
  readonly requeueAfterMs?: number;
  readonly stalled: boolean;
  readonly expected: boolean;
  readonly quiet: boolean;
  readonly patienceMs: number;

  constructor(reason: string, options: ReconcileFailureOptions) {
    super(`${options.prefix ?? ''}${failureText(options.cause)}`, { cause: options.cause });
    this.name = 'ReconcileFailure';
    this.reason = reason;
    this.stalled = options.stalled ?? false;
    this.expected = options.expected ?? false;
    this.quiet = options.quiet ?? false;
    this.patienceMs = options.patienceMs ?? 0;
    if (options.requeueAfterMs !== undefined) this.requeueAfterMs = options.requeueAfterMs;
  }
}

/** Runs one step; what it throws becomes a {@link ReconcileFailure} with the reason. */
export async function failingAs<T>(reason: string, step: () => Promise<T> | T): Promise<T> {
  try {
    return await step();
  } catch (cause) {
    if (cause instanceof ReconcileFailure) throw cause;
    throw new ReconcileFailure(reason, { cause });
  }
}

/**
 * What a condition and an event say of a failure: the place in the user's files first, then the words of
 * whoever failed, then what to do.
 */
export function failureText(error: unknown): string {
  const known = findToolkitError(error);
  let text = errorMessage(error);
  const place = known?.source && locationString(known.source);
  if (place && !text.includes(place)) text = `${place}: ${text}`;
  if (known?.frame) text += `\n${known.frame}`;
  if (known?.hint) text += `\n${known.hint}`;
  return text;
}
