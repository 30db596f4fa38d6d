import { ControllersError } from './errors.ts';
import { ReconcileFailure } from './reconcile-failure.ts';

/**
 * Ends a run whose object asks for what this controller does not do. To go on without it could fetch
 * what must not be trusted, or apply what was to be decrypted first.
 */
export function unsupportedField(field: string, why: string): ReconcileFailure {
  return new ReconcileFailure('FeatureGateDisabled', {
    cause: new ControllersError('CONTROLLERS_FIELD_UNSUPPORTED', `${field}: ${why}`, {
      hint: `Remove ${field}, or reconcile the object with another controller.`,
    }),
    stalled: true,
  });
}
