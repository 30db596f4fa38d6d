import { type GoMap, isGoMap, typedMap, typeMark } from '@gitops-toolkit/go-template';

/** A copy of values in which maps and lists are new. */
export function copyValues(values: Readonly<Record<string, unknown>>): GoMap {
  return copy(values) as GoMap;
}

function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  if (!isGoMap(value)) return value ?? null;
  const entries = Object.entries(value).map(([key, item]) => [key, copy(item)] as const);
  return typedMap(typeMark(value) ?? 'map[string]interface {}', entries);
}
