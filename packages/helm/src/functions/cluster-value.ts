import { int64, isGoMap, typedMap } from '@gitops-toolkit/go-template';

/** JSON of an API server as Go's client reads it: whole numbers are of type `int64`. */
export function clusterValue(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? int64(BigInt(value)) : value;
  if (Array.isArray(value)) return value.map(clusterValue);
  if (!isGoMap(value)) return value;
  return typedMap(
    'map[string]interface {}',
    Object.entries(value).map(([key, item]) => [key, clusterValue(item)] as const),
  );
}
