import { createRecord, isRecord, setOwn } from '@gitops-toolkit/core';
import type { Schema } from '../schema.ts';
import { allowsAdditional, fieldSchema } from './child-schema.ts';
import { isCompleteMeta, isEmbeddedResource, objectMetaSchema } from './object-meta.ts';

/** How {@link prune} reads the value's root. */
export interface PruneOptions {
  /**
   * Whether the value is a whole object, whose `apiVersion`, `kind` and `metadata` are known without
   * the schema's word. Without it a CRD's schema, which need not name them, would lose them.
   * @default true
   */
  readonly resource?: boolean;
}

/** What {@link prune} gives back. */
export interface PruneResult<T = unknown> {
  /** The value without the unknown fields: the very same value where there were none. */
  readonly value: T;
  /** The paths that were removed, sorted: `spec.foo`, `spec.list[0].bar`. */
  readonly pruned: string[];
}

const RESOURCE_FIELDS: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

/**
 * Removes the fields that a schema does not know, as the API server does before it stores an
 * object. The paths it removed are those of a strict decoding error (`unknown field "spec.foo"`).
 *
 * The value is not changed; parts without unknown fields are shared with the result. `metadata` of
 * the object itself and of embedded resources is pruned by the schema that all objects share.
 *
 * @example
 * ```ts
 * import { prune, type Schema } from '@gitops-toolkit/schema';
 * const schema: Schema = {
 *   type: 'object',
 *   properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } },
 * };
 * const { pruned } = prune(schema, { apiVersion: 'a.io/v1', kind: 'A', spec: { size: 1, colour: 'red' } });
 * console.log(pruned); // [ 'spec.colour' ]
 * ```
 */
export function prune<T>(schema: Schema, value: T, options: PruneOptions = {}): PruneResult<T> {
  const pruner = new Pruner();
  const kept = pruner.prune(value, schema, options.resource ?? true) as T;
  return { value: kept, pruned: pruner.pruned.sort() };
}

class Pruner {
  readonly pruned: string[] = [];
  /** `.key` and `[i]` steps from the root. */
  readonly #path: string[] = [];

  /** `keepUnknown` is what an array with preserved unknown fields hands down to its items. */
  prune(value: unknown, schema: Schema | undefined, resource: boolean, keepUnknown = false): unknown {
    const keep = keepUnknown || schema?.['x-kubernetes-preserve-unknown-fields'] === true;
    if (Array.isArray(value)) return this.#array(value, schema?.items, keep);
    return isRecord(value) ? this.#record(value, schema, resource, keep) : value;
  }

  #record(
    record: Record<string, unknown>,
    schema: Schema | undefined,
    resource: boolean,
    keepUnknown: boolean,
  ) {
    let copy: Record<string, unknown> | undefined;
    const keys = Object.keys(record);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as string;
      const before = record[key];
      this.#path.push(this.#path.length === 0 ? key : `.${key}`);
      const after = this.#field(key, before, schema, resource, keepUnknown);
      this.#path.pop();
      if (after === before && !copy) continue;
      copy ??= copyKeys(record, keys, i);
      if (after !== REMOVED) setOwn(copy, key, after);
    }
    return copy ?? record;
  }

  #field(
    key: string,
    value: unknown,
    schema: Schema | undefined,
    resource: boolean,
    keepUnknown: boolean,
  ): unknown {
    const child = fieldSchema(schema, key);
    if (resource && RESOURCE_FIELDS.has(key)) {
      if (key !== 'metadata') return value;
      return this.prune(value, isCompleteMeta(child) ? child : objectMetaSchema, false);
    }
    if (child) {
      return this.prune(value, child, isEmbeddedResource(child));
    }
    if (keepUnknown) return value;
    // `additionalProperties: true` lets the key stand and says nothing of what is in it.
    if (schema && allowsAdditional(schema)) return this.prune(value, undefined, false);
    // The root's own type is no unknown field, even where a caller prunes without `resource`.
    if (this.#path.length > 1 || !RESOURCE_FIELDS.has(key)) this.pruned.push(this.#path.join(''));
    return REMOVED;
  }

  #array(array: readonly unknown[], items: Schema | undefined, keepUnknown: boolean): unknown {
    if (!items && keepUnknown) return array;
    const resource = items !== undefined && isEmbeddedResource(items);
    let copy: unknown[] | undefined;
    for (let i = 0; i < array.length; i++) {
      this.#path.push(`[${i}]`);
      const after = this.prune(array[i], items, resource, keepUnknown);
      this.#path.pop();
      if (after === array[i]) continue;
      copy ??= array.slice();
      copy[i] = after;
    }
    return copy ?? array;
  }
}

const REMOVED: unique symbol = Symbol('removed');

function copyKeys(
  record: Record<string, unknown>,
  keys: readonly string[],
  count: number,
): Record<string, unknown> {
  const copy = createRecord();
  for (let i = 0; i < count; i++) setOwn(copy, keys[i] as string, record[keys[i] as string]);
  return copy;
}
