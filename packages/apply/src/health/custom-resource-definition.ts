import type { KubeObject } from '@gitops-toolkit/core';
import { conditionsOf } from './fields.ts';
import { current, failed, inProgress, type ObjectStatus } from './object-status.ts';

/** Current when the API server serves it; fails when its names are taken. */
export function customResourceDefinitionStatus(object: KubeObject): ObjectStatus {
  for (const { type, status, reason, message } of conditionsOf(object)) {
    if (type === 'NamesAccepted' && status === 'False') return failed(message);
    if (type !== 'Established') continue;
    if (status === 'False' && reason !== 'Installing') return failed(message);
    if (status === 'True') return current('CRD is established');
  }
  return inProgress('Install in progress');
}
