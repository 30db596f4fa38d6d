import type { KubeObject } from '@gitops-toolkit/core';
import { textAt } from './fields.ts';
import { current, inProgress, type ObjectStatus } from './object-status.ts';

/** Current when it is bound to a volume. */
export function persistentVolumeClaimStatus(object: KubeObject): ObjectStatus {
  const phase = textAt(object, ['status', 'phase'], 'unknown');
  return phase === 'Bound' ? current('PVC is Bound') : inProgress(`PVC is not Bound. phase: ${phase}`);
}
