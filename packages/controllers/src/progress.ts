import type { KubeObject } from '@gitops-toolkit/core';
import { DelayedProgress, type ReconcileContext, type SerialPatcher } from '@gitops-toolkit/runtime';

/** Writes the status of an object while its run goes on, if that takes longer than a moment. */
export function progressOf<T extends KubeObject>(
  object: T,
  patcher: SerialPatcher<T>,
  { signal, clock, log }: ReconcileContext,
): DelayedProgress {
  return new DelayedProgress({
    save: () => patcher.patch(object, { signal }),
    onError: (error) => {
      if (!signal.aborted) log.error('the progress was not written', { error });
    },
    clock,
  });
}
