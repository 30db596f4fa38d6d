import { isGoMap, isNilList } from '@gitops-toolkit/go-template';
import { plainValue } from '../functions/plain-value.ts';
import { withFloats } from '../functions/yaml-functions.ts';

/** The value as JSON has it, all numbers as floats and all keys in order. */
export function jsonValue(value: unknown): unknown {
  return withFloats(plainValue(value));
}

/**
 * The same with keys as they come. Values are mostly what JSON has, and that much is not copied: to be read, and not to
 * be kept.
 */
export function jsonView(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value ?? null;
  if (Array.isArray(value)) return isNilList(value) ? null : viewOfList(value);
  return isGoMap(value) ? viewOfMap(value) : jsonValue(value);
}

function viewOfList(list: readonly unknown[]): readonly unknown[] {
  const views = list.map(jsonView);
  return views.every((view, i) => view === list[i]) ? list : views;
}

function viewOfMap(map: Readonly<Record<string, unknown>>): unknown {
  let changed: Record<string, unknown> | undefined;
  for (const key of Object.keys(map)) {
    const view = jsonView(map[key]);
    if (view === map[key]) continue;
    changed ??= Object.assign(Object.create(null) as Record<string, unknown>, map);
    changed[key] = view;
  }
  return changed ?? map;
}
