import type { KubeObject } from '@gitops-toolkit/core';

import { compareConditions, type Condition, conditionsOf, readyCondition } from './condition.ts';
import { get } from './get.ts';
import { set, type SetConditionOptions } from './set.ts';

/** Which conditions a summary looks at, and how it puts them. */
export interface SummaryOptions extends SetConditionOptions {
  /** The types in scope, the most telling first. @default all but the summary itself */
  readonly types?: readonly string[];
  /** Types for which `True` is the bad news, such as `FetchFailed` or `Stalled`. */
  readonly negative?: readonly string[];
  /** Write "2 of 3 completed" as the message. @default false */
  readonly stepCounter?: boolean;
  /** Add ` @ Kind/name` of the object that the reason is from. @default false */
  readonly sourceRef?: boolean;
}

interface Located {
  readonly condition: Condition;
  readonly object: KubeObject;
}

interface Group {
  readonly status: Condition['status'];
  readonly negative: boolean;
  readonly members: Located[];
}

/**
 * Sets a condition that says what the object's others come to. Does nothing where none is in scope.
 *
 * The worst group speaks: bad news that is `True`, then good news that is `False`, then good news
 * that is `True`, then bad news that is `False`, then what is unknown. In the group, the first of
 * `types` gives reason and message.
 */
export function summarize(
  object: KubeObject,
  target: string = readyCondition,
  options: SummaryOptions = {},
): void {
  const members = inScope([object], options).filter(({ condition }) => condition.type !== target);
  const merged = merge(members, target, { ...options, steps: options.types?.length ?? members.length });
  if (merged) set(object, merged, options);
}

/** Sets a condition that says what the conditions of other objects come to, as {@link summarize} does. */
export function aggregate(
  object: KubeObject,
  target: string,
  from: readonly KubeObject[],
  options: SummaryOptions = {},
): void {
  const merged = merge(inScope(from, options), target, { ...options, steps: from.length });
  if (merged) set(object, merged, options);
}

/** Sets a condition to what another object's `Ready` says. Does nothing where it has none and no fallback is given. */
export function mirror(
  object: KubeObject,
  target: string,
  from: KubeObject,
  options: SetConditionOptions & {
    readonly fallback?: Pick<Condition, 'status' | 'reason' | 'message'>;
  } = {},
): void {
  const ready = get(from, readyCondition) ?? options.fallback;
  if (ready) set(object, { ...ready, type: target }, options);
}

function inScope(objects: readonly KubeObject[], { types }: SummaryOptions): Located[] {
  return objects.flatMap((object) =>
    conditionsOf(object)
      .filter((condition) => types === undefined || types.includes(condition.type))
      .map((condition) => ({ condition, object })),
  );
}

function merge(
  members: readonly Located[],
  target: string,
  options: SummaryOptions & { readonly steps: number },
): Pick<Condition, 'type' | 'status' | 'reason' | 'message'> | undefined {
  const groups = groupByNews(members, options);
  const top = groups[0];
  const first = top && firstOf(top, options.types);
  if (!top || !first) return undefined;
  const sameNews = top.negative === isNegative(target, options);
  return {
    type: target,
    status: sameNews ? top.status : inverted(top.status),
    reason: options.sourceRef ? located(first) : first.condition.reason,
    message: options.stepCounter ? countSteps(groups, options.steps) : first.condition.message,
  };
}

function groupByNews(members: readonly Located[], options: SummaryOptions): Group[] {
  const groups = new Map<number, Group>();
  for (const member of members) {
    const { status, type } = member.condition;
    const negative = isNegative(type, options);
    // Unknown news of both kinds are equally bad; which speaks depends on which came first.
    const priority = priorityOf(status, negative);
    const key = priority === 4 && negative ? 4.5 : priority;
    const group = groups.get(key) ?? { status, negative, members: [] };
    group.members.push(member);
    groups.set(key, group);
  }
  return [...groups.values()].toSorted(
    (a, b) => priorityOf(a.status, a.negative) - priorityOf(b.status, b.negative),
  );
}

function priorityOf(status: Condition['status'], negative: boolean): number {
  if (status === 'True') return negative ? 0 : 2;
  if (status === 'False') return negative ? 3 : 1;
  return 4;
}

function firstOf(group: Group, order: readonly string[] = []): Located | undefined {
  const sorted = group.members.toSorted(
    (a, b) => compareConditions(a.condition, b.condition) || compareNames(a.object, b.object),
  );
  for (const type of order) {
    const match = sorted.find(({ condition }) => condition.type === type);
    if (match) return match;
  }
  return sorted[0];
}

function compareNames(a: KubeObject, b: KubeObject): number {
  const [left = '', right = ''] = [a.metadata.name, b.metadata.name];
  return left < right ? -1 : Number(left > right);
}

function countSteps(groups: readonly Group[], steps: number): string {
  const done = groups.find((group) => group.status === 'True' && !group.negative)?.members.length ?? 0;
  return `${done} of ${steps} completed`;
}

function located({ condition, object }: Located): string {
  return condition.reason.includes('@')
    ? condition.reason
    : `${condition.reason} @ ${object.kind}/${object.metadata.name ?? ''}`;
}

function isNegative(type: string, { negative }: SummaryOptions): boolean {
  return negative?.includes(type) ?? false;
}

function inverted(status: Condition['status']): Condition['status'] {
  if (status === 'Unknown') return status;
  return status === 'True' ? 'False' : 'True';
}
