import { type Clock, type KubeObject, kubeTime, systemClock } from '@gitops-toolkit/core';

import {
  compareConditions,
  type Condition,
  conditionsOf,
  type ConditionStatus,
  readyCondition,
  reconcilingCondition,
  replaceConditions,
  saysTheSame,
  stalledCondition,
} from './condition.ts';
import { get, isUnknown } from './get.ts';

/** What the API server takes as the message of a condition. */
const maxMessageLength = 32_768;

/** How conditions are set. */
export interface SetConditionOptions {
  /** @default the machine's clock */
  readonly clock?: Clock;
}

/**
 * Sets a condition and sorts the list.
 *
 * `observedGeneration` becomes the object's generation. `lastTransitionTime` moves when status,
 * reason or message differ from what was there.
 */
export function set(
  object: KubeObject,
  condition: Pick<Condition, 'type' | 'status' | 'reason' | 'message' | 'lastTransitionTime'>,
  options: SetConditionOptions = {},
): void {
  const next: Condition = { ...condition, message: trim(condition.message) };
  const generation = object.metadata.generation;
  if (generation !== undefined) next.observedGeneration = generation;
  const old = get(object, next.type);
  if (old === undefined) next.lastTransitionTime ??= now(options);
  else
    next.lastTransitionTime = saysTheSame(old, next)
      ? (old.lastTransitionTime ?? now(options))
      : now(options);
  const others = conditionsOf(object).filter((each) => each.type !== next.type);
  replaceConditions(object, [...others, next].toSorted(compareConditions));
}

function now({ clock = systemClock }: SetConditionOptions): string {
  return kubeTime(clock.now());
}

function trim(message: string): string {
  if (message.length <= maxMessageLength) return message;
  // The cut must not leave half of a character, which the API server would refuse.
  return `${message.slice(0, maxMessageLength - 3).replace(/[\uD800-\uDBFF]$/, '')}...`;
}

function mark(status: ConditionStatus): typeof markTrue {
  return (object, type, reason, message, options) => set(object, { type, status, reason, message }, options);
}

/** Sets a condition to `True`. */
export function markTrue(
  object: KubeObject,
  type: string,
  reason: string,
  message: string,
  options?: SetConditionOptions,
): void {
  set(object, { type, status: 'True', reason, message }, options);
}

/** Sets a condition to `False`. */
export const markFalse: typeof markTrue = mark('False');

/** Sets a condition to `Unknown`. */
export const markUnknown: typeof markTrue = mark('Unknown');

/** Says that work goes on: sets `Reconciling` and removes `Stalled`. */
export function markReconciling(
  object: KubeObject,
  reason: string,
  message: string,
  options?: SetConditionOptions,
): void {
  remove(object, stalledCondition);
  markTrue(object, reconcilingCondition, reason, message, options);
}

/** Says that work stopped until something changes: sets `Stalled` and removes `Reconciling`. */
export function markStalled(
  object: KubeObject,
  reason: string,
  message: string,
  options?: SetConditionOptions,
): void {
  remove(object, reconcilingCondition);
  markTrue(object, stalledCondition, reason, message, options);
}

/**
 * Says that work goes on, and that it is not known whether the object will be ready after it.
 *
 * An object that was ready stays so during a routine run: `Ready` becomes `Unknown` only when
 * `drift` is set, or when it was not known anyway.
 */
export function markProgressing(
  object: KubeObject,
  reason: string,
  message: string,
  options: SetConditionOptions & { readonly drift?: boolean } = {},
): void {
  markReconciling(object, reason, message, options);
  if (options.drift || isUnknown(object, readyCondition)) {
    markUnknown(object, readyCondition, reason, message, options);
  }
}

/** Removes a condition. */
export function remove(object: KubeObject, type: string): void {
  const conditions = conditionsOf(object);
  if (conditions.some((condition) => condition.type === type)) {
    replaceConditions(
      object,
      conditions.filter((condition) => condition.type !== type),
    );
  }
}
