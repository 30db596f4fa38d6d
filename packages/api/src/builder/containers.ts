import type { Schema } from '@gitops-toolkit/schema';
import { attachRules, type Rule, schemaRules } from './rules.ts';
import { nameType } from './type-names.ts';
import type { Fields, ObjectOf, OptionalType, Type } from './type.ts';

/** What may be said of a list. Without a list type the whole list has one owner. */
export type ArrayOptions = Pick<
  Schema,
  'minItems' | 'maxItems' | 'x-kubernetes-list-type' | 'x-kubernetes-list-map-keys'
>;

/** What may be said of a map with free keys. */
export type MapOptions = Pick<Schema, 'minProperties' | 'maxProperties'>;

/** What may be said of an object. */
export interface ObjectOptions<T> {
  /** The name of its TypeScript type, where one is generated. */
  readonly name?: string;
  /** What the type is, wherever it stands. @default the description */
  readonly about?: string;
  /** What must hold between its fields. */
  readonly rules?: readonly Rule<T>[];
  /** What stands for an absent object. */
  readonly default?: Partial<T>;
  /** Whether fields that are not named here are kept. @default false */
  readonly preserveUnknownFields?: boolean;
  readonly 'x-kubernetes-map-type'?: 'atomic' | 'granular';
}

/** A list. */
export function array<T>(description: string, items: Type<T>, options: ArrayOptions = {}): Type<T[]> {
  return { schema: { type: 'array', description, items: items.schema, ...options } };
}

/** A map from any text to values of one type. */
export function map<T>(
  description: string,
  values: Type<T>,
  options: MapOptions = {},
): Type<Record<string, T>> {
  return { schema: { type: 'object', description, additionalProperties: values.schema, ...options } };
}

/**
 * An object with named fields: each is required but for those that {@link optional} marks.
 *
 * @example
 * ```ts
 * import { type Infer, object, optional, string } from '@gitops-toolkit/api';
 * const endpoint = object('Where to send to.', {
 *   address: string('The URL.', { pattern: '^https://' }),
 *   channel: optional(string('The room.')),
 * });
 * const value: Infer<typeof endpoint> = { address: 'https://chat.example.com' };
 * console.log(value.address);
 * ```
 */
export function object<F extends Fields>(
  description: string,
  fields: F,
  options: ObjectOptions<ObjectOf<F>> = {},
): Type<ObjectOf<F>> {
  const { name, about = description, rules = [], preserveUnknownFields, ...rest } = options;
  const entries = Object.entries(fields);
  const required = entries.filter(([, field]) => !isOptional(field)).map(([key]) => key);
  const schema: Schema = {
    type: 'object',
    description,
    properties: Object.fromEntries(entries.map(([key, field]) => [key, field.schema])),
    ...(required.length > 0 ? { required } : {}),
    ...(rules.length > 0 ? { 'x-kubernetes-validations': schemaRules(rules) } : {}),
    ...(preserveUnknownFields ? { 'x-kubernetes-preserve-unknown-fields': true } : {}),
    ...rest,
  };
  attachRules(schema, rules);
  if (name !== undefined) nameType(schema, { name, about });
  return { schema };
}

/** Marks a field that may be absent. */
export function optional<T>(type: Type<T>): OptionalType<T> {
  return { ...type, optional: true };
}

function isOptional(type: Type<unknown>): type is OptionalType<unknown> {
  return 'optional' in type;
}
