import type { OCIRepository } from '@gitops-toolkit/api';
import { conditions } from '@gitops-toolkit/runtime';

/** Whether the artifact that is stored was verified as the spec asks. */
export function isVerified(object: OCIRepository): boolean {
  if (!object.spec.verify) return true;
  const verified = conditions.get(object, 'SourceVerified');
  return verified?.status === 'True' && verified.observedGeneration === object.metadata.generation;
}
