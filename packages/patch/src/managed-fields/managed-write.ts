import {
  getOwn,
  type GroupVersionKind,
  gvkOf,
  type KubeObject,
  parseApiVersion,
  refOf,
} from '@gitops-toolkit/core';
import type { Schema } from '@gitops-toolkit/schema';

import { PatchError } from '../errors.ts';
import { FieldSet } from '../structured/field-set.ts';
import { objectSchema } from '../structured/object-schema.ts';
import type { StructuredWriteOptions } from '../structured/ownership.ts';
import { fieldElement } from '../structured/path-element.ts';
import { TypedValue } from '../structured/typed-value.ts';
import type { Managed } from './entries.ts';

/** What {@link applyManaged} and {@link updateManaged} share. */
export interface ManagedWriteOptions {
  /** The object as it is stored, in the version that is written; `undefined` where there is none. */
  readonly live: KubeObject | undefined;
  /** The field manager. */
  readonly manager: string;
  /**
   * The schema of the kind; a custom resource's need not describe `metadata`. Without one maps
   * are granular and lists are atomic.
   */
  readonly schema: Schema | undefined;
  /** The time of the write, as `2026-01-31T12:00:00Z`. */
  readonly time: string;
  /** The subresource that is written, such as `status`. @default the object itself */
  readonly subresource?: string;
  /**
   * Fields that such a write does not touch, and nobody comes to own by it, as paths of field
   * names: `[['status']]` for the object itself of a kind with a status.
   *
   * @default none
   */
  readonly resetFields?: readonly (readonly string[])[];
  /**
   * Converts an object to another version of its kind, to look at fields that are owned in it.
   *
   * @returns `undefined` where the version does not exist: what is owned in it is owned no more.
   * @default versions of one group have the same fields
   */
  readonly convert?: (
    object: KubeObject,
    apiVersion: string,
  ) => { readonly object: KubeObject; readonly schema: Schema | undefined } | undefined;
}

/** The object without its `managedFields`: these are not a field to be merged. */
export function withoutManagedFields(object: KubeObject): KubeObject {
  if (!('managedFields' in object.metadata)) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** An object with the type that its schema gives it. */
export function typedObject(
  object: KubeObject,
  schema: Schema | undefined,
  what: 'patch' | 'live' | 'new',
): TypedValue {
  try {
    return TypedValue.of(object, schema && objectSchema(schema), { allowDuplicates: what !== 'patch' });
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    const { name = '', namespace = '' } = object.metadata;
    throw new PatchError(
      error.code,
      `failed to create typed ${what} object (${namespace}/${name}; ${kindText(gvkOf(object))}): ${error.message}`,
      { cause: error, object: refOf(object) },
    );
  }
}

/** A kind as the API server writes it: `apps/v1, Kind=Deployment`. */
export function kindText({ group, version, kind }: GroupVersionKind): string {
  return `${group}/${version}, Kind=${kind}`;
}

/** What a write says about versions and fields that are out of its reach. */
export function writeRules(
  options: ManagedWriteOptions,
): Pick<StructuredWriteOptions, 'convert' | 'ignored'> {
  const reset = options.resetFields?.map((path) => path.map(fieldElement));
  const ignored = reset && FieldSet.fromPaths(reset);
  return {
    convert: (value, apiVersion) => convertTyped(value, apiVersion, options),
    ...(ignored ? { ignored: () => ignored } : {}),
  };
}

function convertTyped(
  value: TypedValue,
  apiVersion: string,
  options: ManagedWriteOptions,
): TypedValue | undefined {
  const from = getOwn(value.value, 'apiVersion');
  if (from === apiVersion || typeof from !== 'string') return value;
  if (!options.convert) {
    return parseApiVersion(from).group === parseApiVersion(apiVersion).group ? value : undefined;
  }
  const converted = options.convert(value.value as KubeObject, apiVersion);
  return converted && typedObject(converted.object, converted.schema, 'live');
}

/** The state of an object between two steps of a write. */
export interface ManagedObject {
  readonly object: KubeObject;
  readonly managed: Managed;
}
