import { createRecord, isRecord, type KubeObject, setOwn } from '@gitops-toolkit/core';
import type { Schema } from '@gitops-toolkit/schema';

/**
 * What stands for an object that does not exist.
 *
 * The API server compares with the zero value of the Go type. For built-in kinds that has structs
 * and lists in it which are always there (the schema says so with a default of `{}`, and with
 * `required`), so that nobody comes to own them as such. For custom resources there is nothing.
 */
export function blankObject(
  kind: { readonly apiVersion: string; readonly kind: string },
  schema?: Schema,
): KubeObject {
  const isBuiltin = schema?.['x-kubernetes-group-version-kind'] !== undefined;
  const fields = isBuiltin ? zeroFields(schema) : {};
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
