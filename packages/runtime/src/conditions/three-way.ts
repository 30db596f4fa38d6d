import { isEqual, type KubeObject } from '@gitops-toolkit/core';

import { RuntimeError } from '../errors.ts';
import {
  compareConditions,
  type Condition,
  conditionsOf,
  replaceConditions,
  saysTheSame,
} from './condition.ts';
import { get, has } from './get.ts';
import { remove } from './set.ts';

/** One difference between two states of an object's conditions. */
export interface ConditionChange {
  readonly type: string;
  /** Absent where the condition is new. */
  readonly before?: Condition;
  /** Absent where it was removed. */
  readonly after?: Condition;
}

/**
 * What was done to an object's conditions, so that it can be done again to a newer state that
 * others wrote to as well.
 */
export class ConditionsPatch {
  readonly changes: readonly ConditionChange[];

  constructor(before: KubeObject, after: KubeObject) {
    const written = conditionsOf(after)
      .filter((condition) => !isEqual(condition, get(before, condition.type)))
      .map((condition) => change(condition.type, get(before, condition.type), condition));
    const removed = conditionsOf(before)
      .filter((condition) => !has(after, condition.type))
      .map((condition) => change(condition.type, condition));
    this.changes = [...written, ...removed];
  }

  get isEmpty(): boolean {
    return this.changes.length === 0;
  }

  /**
   * Makes the changes to the latest state. Owned types become as we have them, whatever others wrote.
   *
   * @throws RuntimeError RUNTIME_PATCH_CONFLICT where somebody else gave a condition that is not
   * owned another meaning
   */
  apply(latest: KubeObject, owned: readonly string[] = []): void {
    for (const each of this.changes) {
      const current = get(latest, each.type);
      if (!owned.includes(each.type)) {
        if (conflicts(each, current)) throw conflict(each.type);
        if (each.after && current && saysTheSame(current, each.after)) continue;
      }
      if (each.after) put(latest, each.after, current);
      else remove(latest, each.type);
    }
  }
}

/** Unlike a setter it takes times and generations as they are: they were set when the state was observed. */
function put(object: KubeObject, condition: Condition, current: Condition | undefined): void {
  const others = conditionsOf(object).filter((each) => each.type !== condition.type);
  const next = { ...condition };
  if (current?.lastTransitionTime && saysTheSame(current, condition)) {
    next.lastTransitionTime = current.lastTransitionTime;
  }
  replaceConditions(object, [...others, next].toSorted(compareConditions));
}

function change(type: string, before?: Condition, after?: Condition): ConditionChange {
  return { type, ...(before ? { before: { ...before } } : {}), ...(after ? { after: { ...after } } : {}) };
}

function conflicts({ before, after }: ConditionChange, current: Condition | undefined): boolean {
  if (current && after && saysTheSame(current, after)) return false;
  if (!after) return current !== undefined && before !== undefined && !saysTheSame(current, before);
  if (!before) return current !== undefined;
  return current === undefined || !saysTheSame(current, before);
}

function conflict(type: string): RuntimeError {
  return new RuntimeError(
    'RUNTIME_PATCH_CONFLICT',
    `the condition ${type} was changed by somebody else meanwhile`,
    {
      retry: 'backoff',
      hint: 'Add the type to ownedConditions if this controller alone speaks of it.',
    },
  );
}
