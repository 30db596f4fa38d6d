import type { Kustomization } from '@gitops-toolkit/api';
import { unsupportedField } from '../unsupported-field.ts';

/** Ends the run of an object that asks for what is not done here, before anything of it is done. */
export function refuseUnsupported(object: Kustomization): void {
  const { decryption, healthCheckExprs, dependsOn } = object.spec;
  if (decryption) throw unsupportedField('spec.decryption', 'encrypted sources cannot be decrypted');
  if (healthCheckExprs?.length)
    throw unsupportedField('spec.healthCheckExprs', 'CEL expressions are not evaluated');
  if (dependsOn?.some((dependency) => dependency.readyExpr)) {
    throw unsupportedField('spec.dependsOn.readyExpr', 'CEL expressions are not evaluated');
  }
}
