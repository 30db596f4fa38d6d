import type { KubeObject } from '@gitops-toolkit/core';
import { countAt, integerAt } from './fields.ts';
import { current, inProgress, type ObjectStatus } from './object-status.ts';

/** Needs its generation observed, which other kinds need only where they say it. */
export function daemonSetStatus(object: KubeObject): ObjectStatus {
  const missing = missingGeneration(object);
  if (missing !== undefined) return inProgress(missing);

  const count = (field: string, otherwise = 0): number => countAt(object, ['status', field], otherwise);
  const desired = count('desiredNumberScheduled', -1);
  if (desired === -1) return inProgress('Missing .status.desiredNumberScheduled');
  const steps = [
    ['Current', count('currentNumberScheduled')],
    ['Updated', count('updatedNumberScheduled')],
    ['Available', count('numberAvailable')],
    ['Ready', count('numberReady')],
  ] as const;
  const short = steps.find(([, reached]) => desired > reached);
  if (short) return inProgress(`${short[0]}: ${short[1]}/${desired}`);
  return current(`All replicas scheduled as expected. Replicas: ${desired}`);
}

function missingGeneration(object: KubeObject): string | undefined {
  const has = (path: readonly string[]): boolean => integerAt(object, path) !== undefined;
  if (!has(['metadata', 'generation'])) return `${object.kind} metadata.generation not found`;
  if (!has(['status', 'observedGeneration'])) return `${object.kind} status.observedGeneration not found`;
  return undefined;
}
