import { getOwn, isRecord } from '@gitops-toolkit/core';

/** An object has a field of another type than its kind says: its status cannot be told. */
export class MalformedObject extends Error {}

/** A condition of a status, absent texts being empty. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

type Path = readonly string[];

/** A text; absent where any step is. */
export function stringAt(object: unknown, path: Path): string | undefined {
  const value = strictAt(object, path);
  if (value === undefined || typeof value === 'string') return value;
  throw new MalformedObject(`${dotted(path)} is not a string`);
}

/** An integer; absent where any step is. */
export function integerAt(object: unknown, path: Path): number | undefined {
  const value = strictAt(object, path);
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw new MalformedObject(`${dotted(path)} is not an integer`);
}

/** A truth value; absent where it is anything else. */
export function isTrueAt(object: unknown, path: Path): boolean {
  return looseAt(object, path) === true;
}

/** A count; the default where it is absent or anything else. */
export function countAt(object: unknown, path: Path, otherwise: number): number {
  const value = looseAt(object, path);
  return typeof value === 'number' && Number.isInteger(value) ? value : otherwise;
}

/** A text; the default where it is absent or anything else. */
export function textAt(object: unknown, path: Path, otherwise = ''): string {
  const value = looseAt(object, path);
  return typeof value === 'string' ? value : otherwise;
}

/** The conditions in `status`. */
export function conditionsOf(object: unknown): Condition[] {
  const status = getOwn(object, 'status') ?? {};
  if (!isRecord(status)) throw new MalformedObject('status is not a map');
  const conditions = getOwn(status, 'conditions') ?? [];
  if (!Array.isArray(conditions)) throw new MalformedObject('status.conditions is not a list');
  return conditions.map(conditionOf);
}

/** The condition of a type, if it has the status. */
export function findCondition(
  conditions: readonly Condition[],
  type: string,
  status: string,
): Condition | undefined {
  return conditions.find((condition) => condition.type === type && condition.status === status);
}

function conditionOf(value: unknown): Condition {
  const entry = value ?? {};
  if (!isRecord(entry)) throw new MalformedObject('a condition is not a map');
  const text = (key: string): string => {
    const field = getOwn(entry, key) ?? '';
    if (typeof field === 'string') return field;
    throw new MalformedObject(`the ${key} of a condition is not a string`);
  };
  return { type: text('type'), status: text('status'), reason: text('reason'), message: text('message') };
}

function looseAt(object: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => getOwn(value, key), object);
}

/** As {@link looseAt}, but a step that is neither absent nor a map is an error. */
function strictAt(object: unknown, path: Path): unknown {
  let value = object;
  for (const [i, key] of path.entries()) {
    if (value === undefined || (value === null && i > 0)) return undefined;
    if (!isRecord(value)) throw new MalformedObject(`${dotted(path.slice(0, i))} is not a map`);
    value = getOwn(value, key);
  }
  return value;
}

function dotted(path: Path): string {
  return path.join('.');
}
