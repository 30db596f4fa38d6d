import type { KubeObject } from '@gitops-toolkit/core';

import {
  type Condition,
  conditionsOf,
  readyCondition,
  reconcilingCondition,
  stalledCondition,
} from './condition.ts';

/** The condition of a type. */
export function get(object: KubeObject, type: string): Condition | undefined {
  return conditionsOf(object).find((condition) => condition.type === type);
}

/** Whether the object has a condition of the type, whatever its status. */
export function has(object: KubeObject, type: string): boolean {
  return get(object, type) !== undefined;
}

/** Whether the condition is there and `True`. */
export function isTrue(object: KubeObject, type: string): boolean {
  return get(object, type)?.status === 'True';
}

/** Whether the condition is there and `False`. */
export function isFalse(object: KubeObject, type: string): boolean {
  return get(object, type)?.status === 'False';
}

/** Whether the condition is `Unknown`, or is not there. */
export function isUnknown(object: KubeObject, type: string): boolean {
  return (get(object, type)?.status ?? 'Unknown') === 'Unknown';
}

/** Whether `Ready` is `True`, and says so of the object's current generation. */
export function isReady(object: KubeObject): boolean {
  const ready = get(object, readyCondition);
  if (ready?.status !== 'True') return false;
  const { generation } = object.metadata;
  return (
    ready.observedGeneration === undefined ||
    generation === undefined ||
    ready.observedGeneration === generation
  );
}

/** Whether `Reconciling` is `True`. */
export function isReconciling(object: KubeObject): boolean {
  return isTrue(object, reconcilingCondition);
}

/** Whether `Stalled` is `True`. */
export function isStalled(object: KubeObject): boolean {
  return isTrue(object, stalledCondition);
}

/** The reason of a condition; empty where it is not there. */
export function reasonOf(object: KubeObject, type: string): string {
  return get(object, type)?.reason ?? '';
}

/** The message of a condition; empty where it is not there. */
export function messageOf(object: KubeObject, type: string): string {
  return get(object, type)?.message ?? '';
}
