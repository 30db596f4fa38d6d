import { cloneValue, createRecord, isRecord, setOwn } from '@gitops-toolkit/core';
import type { Schema } from '../schema.ts';
import { fieldSchema } from './child-schema.ts';

/**
 * Fills in the defaults of a schema, as the API server does on every write and read.
 *
 * A field takes its default where it is absent, or `null` without being nullable; a `null` that is
 * neither allowed nor defaulted is removed. Defaults apply inside of defaults, and never create a
 * parent that has no default of its own. The value is not changed; parts that need nothing are
 * shared with the result.
 *
 * @example
 * ```ts
 * import { applyDefaults, type Schema } from '@gitops-toolkit/schema';
 * const schema: Schema = { type: 'object', properties: { timeout: { type: 'string', default: '60s' } } };
 * console.log(applyDefaults(schema, { url: 'x' })); // { url: 'x', timeout: '60s' }
 * ```
 */
export function applyDefaults<T>(schema: Schema, value: T): T {
  return withDefaults(value, schema) as T;
}

function withDefaults(value: unknown, schema: Schema | undefined): unknown {
  if (Array.isArray(value)) return defaultItems(value, schema?.items);
  return isRecord(value) ? defaultFields(value, schema) : value;
}

function defaultFields(record: Record<string, unknown>, schema: Schema | undefined): Record<string, unknown> {
  let copy: Record<string, unknown> | undefined;
  if (schema) {
    for (const key of Object.keys(record)) {
      const before = record[key];
      const child = fieldSchema(schema, key);
      const after = isDisallowedNull(before, child)
        ? hasDefault(child)
          ? freshDefault(child)
          : undefined
        : withDefaults(before, child);
      if (after === before) continue;
      copy ??= copyRecord(record);
      if (after === undefined) delete copy[key];
      else setOwn(copy, key, after);
    }
    for (const [key, child] of defaultsOf(schema)) {
      if (Object.hasOwn(record, key)) continue;
      copy ??= copyRecord(record);
      setOwn(copy, key, freshDefault(child));
    }
  }
  return copy ?? record;
}

function defaultItems(array: readonly unknown[], items: Schema | undefined): readonly unknown[] {
  if (!items) return array;
  let copy: unknown[] | undefined;
  for (let i = 0; i < array.length; i++) {
    const before = array[i];
    // An item cannot be removed, so a null without a default stays for the validation to find.
    const after =
      isDisallowedNull(before, items) && hasDefault(items)
        ? freshDefault(items)
        : withDefaults(before, items);
    if (after === before) continue;
    copy ??= array.slice();
    copy[i] = after;
  }
  return copy ?? array;
}

function isDisallowedNull(value: unknown, schema: Schema | undefined): schema is Schema {
  return value === null && schema !== undefined && schema.nullable !== true;
}

function hasDefault(schema: Schema): boolean {
  return schema.default !== undefined && schema.default !== null;
}

function freshDefault(schema: Schema): unknown {
  return withDefaults(cloneValue(schema.default), schema);
}

const defaultsBySchema = new WeakMap<Schema, readonly (readonly [string, Schema])[]>();

/** The properties that have a default: most schemas have none, and this is asked for every object. */
function defaultsOf(schema: Schema): readonly (readonly [string, Schema])[] {
  let defaults = defaultsBySchema.get(schema);
  if (!defaults) {
    defaults = Object.entries(schema.properties ?? {}).filter(([, child]) => hasDefault(child));
    defaultsBySchema.set(schema, defaults);
  }
  return defaults;
}

function copyRecord(record: Record<string, unknown>): Record<string, unknown> {
  const copy = createRecord();
  for (const key of Object.keys(record)) setOwn(copy, key, record[key]);
  return copy;
}
