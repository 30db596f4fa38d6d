import type { GitRepository } from '@gitops-toolkit/api';
import { ControllersError } from '../errors.ts';
import { ReconcileFailure } from '../reconcile-failure.ts';

/** Ends the run of an object whose URL is none. */
export function requireUrl({ spec }: GitRepository): void {
  const protocol = URL.canParse(spec.url) ? new URL(spec.url).protocol : undefined;
  if (protocol === undefined) {
    const cause = new ControllersError(
      'CONTROLLERS_SPEC_INVALID',
      `spec.url: ${JSON.stringify(spec.url)} is not a URL`,
    );
    throw new ReconcileFailure('URLInvalid', { cause, stalled: true });
  }
}
