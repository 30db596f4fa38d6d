import type { GitRepository } from '@gitops-toolkit/api';
import { ControllersError } from '../errors.ts';
import { ReconcileFailure } from '../reconcile-failure.ts';
import { unsupportedField } from '../unsupported-field.ts';

/** Ends the run of an object that can never be fetched as it is, or that asks for what is not done here. */
export function refuseUnsupported({ spec }: GitRepository): void {
  const protocol = URL.canParse(spec.url) ? new URL(spec.url).protocol : undefined;
  if (protocol === undefined) {
    const cause = new ControllersError(
      'CONTROLLERS_SPEC_INVALID',
      `spec.url: ${JSON.stringify(spec.url)} is not a URL`,
    );
    throw new ReconcileFailure('URLInvalid', { cause, stalled: true });
  }
  if (spec.recurseSubmodules) throw unsupportedField('spec.recurseSubmodules', 'submodules are not fetched');
}
