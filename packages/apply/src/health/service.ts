import type { KubeObject } from '@gitops-toolkit/core';
import { textAt } from './fields.ts';
import { current, inProgress, type ObjectStatus } from './object-status.ts';

/** Ready at once; a load balancer's address is not waited for. */
export function serviceStatus(object: KubeObject): ObjectStatus {
  const isBalancer = textAt(object, ['spec', 'type']) === 'LoadBalancer';
  if (isBalancer && textAt(object, ['spec', 'clusterIP']) === '') {
    return inProgress('ClusterIP not set. Service type: LoadBalancer');
  }
  return current('Service is ready');
}
