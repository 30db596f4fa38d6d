import { createRecord, isRecord, setOwn } from '@gitops-toolkit/core';

/** Fields that are written even where they are empty. */
const ALWAYS_WRITTEN: ReadonlySet<string> = new Set([
  'order',
  'orderFirst',
  'orderLast',
  'sourceValue',
  // Structures: an empty one says something else than none.
  'helmGlobals',
  'legacySortOptions',
  'options',
  'select',
  'source',
  'target',
]);

/** The fields of a kustomization without those that Go leaves out when it writes one: the blank and empty ones. */
export function omitEmpty(fields: object): Record<string, unknown> {
  const kept = createRecord();
  for (const [name, value] of Object.entries(fields)) {
    if (isEmpty(value) && !ALWAYS_WRITTEN.has(name)) continue;
    setOwn(kept, name, name === 'replicas' ? withCounts(value) : written(name, value));
  }
  return kept;
}

/** Maps that are no structures are somebody's own: all of their entries stay. */
const OWN_MAPS: ReadonlySet<string> = new Set([
  'annotations',
  'commonAnnotations',
  'commonLabels',
  'labels',
  'openapi',
  'pairs',
  'valuesInline',
]);

function written(name: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => written('', item));
  return isRecord(value) && !OWN_MAPS.has(name) ? omitEmpty(value) : value;
}

/** A number of replicas is never left out. */
function withCounts(replicas: unknown): unknown {
  return Array.isArray(replicas) ? replicas.map((replica: object) => ({ count: 0, ...replica })) : replicas;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === '' || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) && Object.keys(value).length === 0;
}
