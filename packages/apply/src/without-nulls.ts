import { createRecord, getOwn, isRecord, setOwn } from '@gitops-toolkit/core';
import type { Schema } from '@gitops-toolkit/schema';

/**
 * A value of a built-in kind without nulls, which Go's types do not have: a field reads as absent,
 * a value of a map of texts as the empty text (`data: {KEY: }`). Items of lists keep their place,
 * and what the schema does not look into stays as it is. The same value where there are none.
 */
export function withoutNulls(value: unknown, schema: Schema | undefined): unknown {
  if (schema?.['x-kubernetes-preserve-unknown-fields']) return value;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => withoutNulls(item, schema?.items));
    return items.some((item, i) => item !== value[i]) ? items : value;
  }
  return isRecord(value) ? recordWithoutNulls(value, schema) : value;
}

function recordWithoutNulls(
  record: Record<string, unknown>,
  schema: Schema | undefined,
): Record<string, unknown> {
  const copy = createRecord();
  let isChanged = false;
  for (const [key, before] of Object.entries(record)) {
    const named = getOwn(schema?.properties, key) as Schema | undefined;
    const ofValues =
      typeof schema?.additionalProperties === 'object' ? schema.additionalProperties : undefined;
    const isText = named === undefined && ofValues?.type === 'string';
    const after = before === null && isText ? '' : withoutNulls(before, named ?? ofValues);
    isChanged ||= after !== before || after === null;
    if (after !== null) setOwn(copy, key, after);
  }
  return isChanged ? copy : record;
}
