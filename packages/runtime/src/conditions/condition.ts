import { getOwn, isRecord, type KubeObject } from '@gitops-toolkit/core';

/** Whether a condition holds. */
export type ConditionStatus = 'True' | 'False' | 'Unknown';

/** An entry of `status.conditions`, in the form that all current kinds share. */
export interface Condition {
  type: string;
  status: ConditionStatus;
  /** A word in CamelCase, for programs. */
  reason: string;
  /** For people. At most 32768 characters; setters cut what is longer. */
  message: string;
  /** RFC 3339, whole seconds. */
  lastTransitionTime?: string;
  /** The `metadata.generation` that the condition speaks of. */
  observedGeneration?: number;
}

/** The object can be used as its spec says. */
export const readyCondition = 'Ready';
/** Work on the object goes on. Present only while that is so. */
export const reconcilingCondition = 'Reconciling';
/** Work on the object stopped until somebody changes something. Present only while that is so. */
export const stalledCondition = 'Stalled';
/** What the object applied is healthy. */
export const healthyCondition = 'Healthy';

/** The conditions of an object; an empty list where it has none. Not a copy. */
export function conditionsOf(object: KubeObject): Condition[] {
  const conditions = getOwn(object['status'], 'conditions');
  return Array.isArray(conditions) ? (conditions as Condition[]).filter(isRecord) : [];
}

/** Puts conditions in place of the object's. */
export function replaceConditions(object: KubeObject, conditions: Condition[]): void {
  const status = (object['status'] ??= {}) as Record<string, unknown>;
  status['conditions'] = conditions;
}

const weights = new Map([
  [stalledCondition, 0],
  [reconcilingCondition, 1],
  [readyCondition, 2],
]);

/** The order in which conditions are written, which puts first what people look for. */
export function compareConditions(a: Condition, b: Condition): number {
  const difference = (weights.get(a.type) ?? 3) - (weights.get(b.type) ?? 3);
  if (difference !== 0 || weights.has(a.type)) return difference;
  const generations = (b.observedGeneration ?? 0) - (a.observedGeneration ?? 0);
  if (generations !== 0) return generations;
  return a.type < b.type ? -1 : Number(a.type > b.type);
}

/** Whether two conditions say the same: times and generations do not count. */
export function saysTheSame(a: Condition, b: Condition): boolean {
  return a.type === b.type && a.status === b.status && a.reason === b.reason && a.message === b.message;
}
