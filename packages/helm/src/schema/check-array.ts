import { isEqual } from '@gitops-toolkit/core';
import { checkCount, countOf } from './check-scalar.ts';
import { type Failure, shownNumber } from './failure.ts';
import type { Frame } from './frame.ts';

/** The keywords for lists. */
export function checkArray(frame: Frame, value: readonly unknown[]): void {
  checkCount(frame, value.length, 'minItems', 'maxItems');
  if (frame.schema['uniqueItems'] === true) checkUnique(frame, value);
  if (frame.draft < 2020) checkClassicItems(frame, value);
  else checkItems(frame, value);
  if (frame.draft >= 6 && Object.hasOwn(frame.schema, 'contains')) checkContains(frame, value);
}

/** As many items are compared with one another; what has more is told apart by its text first. */
const MAX_COMPARED = 20;

function checkUnique(frame: Frame, value: readonly unknown[]): void {
  const seen = new Map<string, number[]>();
  for (const [i, item] of value.entries()) {
    const key = value.length <= MAX_COMPARED ? '' : roughText(item);
    const earlier = seen.get(key) ?? [];
    const same = earlier.find((j) => isEqual(value[j], item));
    if (same !== undefined) {
      frame.add(`items at ${same} and ${i} are equal`);
      return;
    }
    seen.set(key, [...earlier, i]);
  }
}

/** Equal for equal items, whatever the order of their keys. */
function roughText(item: unknown): string {
  if (typeof item !== 'object' || item === null) return JSON.stringify(item);
  return Array.isArray(item) ? item.map(roughText).join() : Object.keys(item).toSorted().join();
}

function checkFrom(frame: Frame, value: readonly unknown[], start: number, path: readonly string[]): void {
  for (let i = start; i < value.length; i++) {
    frame.unevaluated?.items.delete(i);
    frame.take(frame.checkIn(path, value[i], String(i)));
  }
}

function checkFirst(frame: Frame, value: readonly unknown[], keyword: string, count: number): number {
  const end = Math.min(value.length, count);
  for (let i = 0; i < end; i++) {
    frame.unevaluated?.items.delete(i);
    frame.take(frame.checkIn([keyword, String(i)], value[i], String(i)));
  }
  return end;
}

function checkClassicItems(frame: Frame, value: readonly unknown[]): void {
  const { items, additionalItems } = frame.schema;
  if (items === undefined) return;
  if (!Array.isArray(items)) {
    checkFrom(frame, value, 0, ['items']);
    return;
  }
  const end = checkFirst(frame, value, 'items', items.length);
  if (additionalItems === undefined) return;
  if (additionalItems === false) {
    if (end < value.length)
      frame.add(`last ${shownNumber(value.length - end)} additionalItem(s) not allowed`);
    frame.unevaluated?.items.clear();
  } else checkFrom(frame, value, end, ['additionalItems']);
}

function checkItems(frame: Frame, value: readonly unknown[]): void {
  const { prefixItems } = frame.schema;
  const end = Array.isArray(prefixItems) ? checkFirst(frame, value, 'prefixItems', prefixItems.length) : 0;
  if (Object.hasOwn(frame.schema, 'items')) checkFrom(frame, value, end, ['items']);
}

function checkContains(frame: Frame, value: readonly unknown[]): void {
  const failures: Failure[] = [];
  const matched: number[] = [];
  for (const [i, item] of value.entries()) {
    const failure = frame.checkIn(['contains'], item, String(i));
    if (failure) failures.push(failure);
    else {
      matched.push(i);
      if (frame.draft >= 2020) frame.unevaluated?.items.delete(i);
    }
  }
  const [min, max] =
    frame.draft < 2019 ? [] : [countOf(frame.schema, 'minContains'), countOf(frame.schema, 'maxContains')];
  const got = `matched ${matched.length} items at ${matched.join(' ')}`;
  if (min === undefined) {
    if (matched.length === 0) frame.add('no items match contains schema', failures);
  } else if (matched.length < min) {
    const found = matched.length === 0 ? 'none matched' : got;
    frame.add(`min ${shownNumber(min)} items required to match contains schema, but ${found}`, failures);
  }
  if (max !== undefined && matched.length > max) {
    frame.add(`max ${shownNumber(max)} items required to match contains schema, but ${got}`);
  }
}
