// The API server handles built-in kinds as values of Go types, and custom resources as plain JSON.
// This is the difference that makes to who owns what.
import {
  createRecord,
  getOwn,
  isRecord,
  type KubeObject,
  type ObjectMeta,
  setOwn,
} from '@gitops-toolkit/core';
import type { Schema } from '@gitops-toolkit/schema';

/** Only the schemas of built-in kinds name the kind that they are for. */
function isBuiltin(schema: Schema | undefined): schema is Schema {
  return schema?.['x-kubernetes-group-version-kind'] !== undefined;
}

/**
 * What stands for an object that does not exist.
 *
 * The API server compares with the zero value of the Go type. For built-in kinds that has structs
 * and lists in it which are always there (the schema says so with a default of `{}`, and with
 * `required`), so that nobody comes to own them as such. For custom resources there is nothing.
 */
export function blankObject(
  kind: { readonly apiVersion: string; readonly kind: string },
  schema: Schema | undefined,
): KubeObject {
  const fields = isBuiltin(schema) ? zeroFields(schema) : {};
  return { ...fields, apiVersion: kind.apiVersion, kind: kind.kind, metadata: {} };
}

function zeroFields(schema: Schema): Record<string, unknown> {
  const zero = createRecord();
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    if (isStruct(field)) setOwn(zero, name, zeroFields(field));
    else if (schema.required?.includes(name) && (field.type === 'array' || field.type === 'object'))
      setOwn(zero, name, null);
  }
  return zero;
}

function isStruct(field: Schema): boolean {
  return isRecord(field.default) && Object.keys(field.default).length === 0;
}

/**
 * The object after an apply, without the maps and lists that became `null` because they lost
 * their last part: Go's types have no such `null`. What `live` or `config` has as `null` stays.
 * Of a custom resource only the metadata has a type; the rest stays as it is, and its schema may
 * refuse the `null`, as it does in the API server.
 */
export function withoutEmptied(
  object: KubeObject,
  origin: { readonly live: KubeObject; readonly config: KubeObject },
  schema: Schema | undefined,
): KubeObject {
  const { live, config } = origin;
  if (isBuiltin(schema)) return dropNulls(object, live, config) as KubeObject;
  const metadata = dropNulls(object.metadata, live.metadata, config.metadata) as ObjectMeta;
  return { ...object, metadata };
}

function dropNulls(value: unknown, live: unknown, config: unknown): unknown {
  if (value === live || !isRecord(value)) return value;
  const kept = createRecord();
  for (const key of Object.keys(value)) {
    const item = value[key];
    const before = getOwn(live, key);
    const wanted = getOwn(config, key);
    if (item === null && before !== null && wanted !== null) continue;
    setOwn(kept, key, dropNulls(item, before, wanted));
  }
  return kept;
}
