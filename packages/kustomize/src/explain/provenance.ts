import { isRecord, NumberLiteral } from '@gitops-toolkit/core';
import { isSameElement } from '../accumulate/present-styles.ts';
import type { ValuePath } from '../merge/merge-context.ts';
import type { FieldOrigin } from './field-origin.ts';

/** Gives the origin of a place; what takes time is looked up when someone asks. */
export type OriginOf = (path: ValuePath) => () => FieldOrigin;

/** What is known of a value: who has made it, from the first to the last, and the same of its parts. */
export interface Provenance {
  /** The value that this was noted for: scalars are compared by it, maps and lists are recognised. */
  readonly value: unknown;
  readonly history: readonly (() => FieldOrigin)[];
  readonly fields?: ReadonlyMap<string, Provenance>;
  readonly items?: readonly Provenance[];
}

/** What is known after a step: what it has left alone is as before, the rest is of its making. */
export function follow(
  before: Provenance | undefined,
  value: unknown,
  origin: OriginOf,
  path: ValuePath = [],
): Provenance {
  const made = (isSame: boolean): Provenance['history'] =>
    isSame && before ? before.history : [...(before?.history ?? []), origin(path)];
  if (Array.isArray(value)) {
    const items = value.map((item: unknown, i) =>
      follow(before?.items && partBefore(before.items, value, i), item, origin, [...path, i]),
    );
    return { value, history: made(before?.items !== undefined), items };
  }
  if (isRecord(value)) {
    const fields = new Map(
      Object.keys(value).map((key) => [
        key,
        follow(before?.fields?.get(key), value[key], origin, [...path, key]),
      ]),
    );
    return { value, history: made(before?.fields !== undefined), fields };
  }
  const isScalar = before !== undefined && before.fields === undefined && before.items === undefined;
  return { value, history: made(isScalar && isSameScalar(before.value, value)) };
}

/** The element that was this one before: lists get new elements, and others go. */
function partBefore(
  before: readonly Provenance[],
  list: readonly unknown[],
  i: number,
): Provenance | undefined {
  const item = list[i];
  const same = before.find((part) => isSameScalar(part.value, item));
  if (same) return same;
  const alike = before.find((part) => isSameElement(part.value, item));
  if (alike) return alike;
  const [here] = before.slice(i, i + 1);
  return here && list.length === before.length && !list.includes(here.value) ? here : undefined;
}

function isSameScalar(a: unknown, b: unknown): boolean {
  if (a instanceof NumberLiteral && b instanceof NumberLiteral) return a.text === b.text;
  return a === b;
}
