import type { RunOutcome } from './controller-observer.ts';

/** A run of a reconciler, as a trace tells of it. */
export interface TracedRun {
  readonly controller: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly reconcileId: string;
}

/** Does a run within a span of its own: calls `work` once, and gives what it gives. */
export type RunTracer = <R extends { readonly outcome: RunOutcome; readonly error?: unknown }>(
  run: TracedRun,
  work: () => Promise<R>,
) => Promise<R>;
