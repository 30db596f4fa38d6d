import { cloneValue, createRecord, isRecord, type KubeObject, setOwn } from '@gitops-toolkit/core';

/** Lists that Go's types print even when they are empty. */
const KEPT_EMPTY: ReadonlySet<string> = new Set([
  'managedFields',
  'rules',
  'endpoints',
  'versions',
  'storedVersions',
  'webhooks',
  'items',
]);

/**
 * Drops what a typed object of the real server cannot hold: nulls and empty lists. Their Go fields
 * are left out of JSON when they are empty, whoever sent them.
 */
export function dropEmpty(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => dropEmpty(item));
  if (!isRecord(value)) return value;
  if (OPAQUE.has(key)) return cloneValue(value);
  const copy = createRecord();
  for (const name of Object.keys(value)) {
    const item = value[name];
    if (item === null || item === undefined) continue;
    if (Array.isArray(item) && item.length === 0 && !KEPT_EMPTY.has(name)) continue;
    if (EMPTY_MAPS.has(name) && isRecord(item) && Object.keys(item).length === 0) continue;
    setOwn(copy, name, dropEmpty(item, name));
  }
  return copy;
}

/** Values in which nulls and empty lists mean something: names of managed fields, and schemas with their defaults. */
const OPAQUE: ReadonlySet<string> = new Set(['fieldsV1', 'openAPIV3Schema']);

/** Maps that are left out when empty. Other empty objects, as `emptyDir: {}`, are values. */
const EMPTY_MAPS: ReadonlySet<string> = new Set([
  'labels',
  'annotations',
  'matchLabels',
  'nodeSelector',
  'data',
  'binaryData',
  'stringData',
  'limits',
  'requests',
]);

/** The object with `kind`, `apiVersion` and `metadata` first, where lists cut the first two off. */
export function withTypeFirst(object: Record<string, unknown>, apiVersion: string, kind: string): KubeObject {
  const ordered = createRecord();
  ordered['kind'] = kind;
  ordered['apiVersion'] = apiVersion;
  ordered['metadata'] = isRecord(object['metadata']) ? object['metadata'] : createRecord();
  for (const key of Object.keys(object)) {
    if (!Object.hasOwn(ordered, key)) setOwn(ordered, key, object[key]);
  }
  return ordered as unknown as KubeObject;
}
