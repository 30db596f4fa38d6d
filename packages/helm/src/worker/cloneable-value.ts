import {
  type GoMap,
  isGoMap,
  isNilList,
  nilList,
  Sized,
  type SizedType,
  typedList,
  typedMap,
  typeMark,
} from '@gitops-toolkit/go-template';
import { setOwn } from '@gitops-toolkit/core';
import { HelmError } from '../errors.ts';

/**
 * A value of templates as a structured clone keeps it. Maps become `Map`s, which have no prototype to fall upon; Go
 * types, which clones lose, stand beside what they are of.
 */
export type CloneableValue =
  | null
  | undefined
  | string
  | boolean
  | number
  | bigint
  | Uint8Array
  | readonly CloneableValue[]
  | ReadonlyMap<string, CloneableValue>
  | { readonly type: string; readonly map: ReadonlyMap<string, CloneableValue> }
  | { readonly type: string; readonly list: readonly CloneableValue[]; readonly isNil: boolean }
  | { readonly type: SizedType; readonly number: bigint | number };

/**
 * A value to be cloned.
 *
 * @throws HelmError `HELM_VALUES_INVALID` for what only this thread can have, such as functions.
 */
export function toCloneable(value: unknown): CloneableValue {
  if (
    value === null ||
    (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol')
  )
    return value as CloneableValue;
  if (value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return cloneableList(value);
  if (isGoMap(value)) return cloneableMap(value);
  if (value instanceof Sized && typeof value.type === 'string' && typeof value.value !== 'object')
    return { type: value.type, number: value.value };
  throw new HelmError(
    'HELM_VALUES_INVALID',
    `a ${typeof value} among the values cannot be sent to a worker`,
    {
      hint: 'Values are what YAML and --set give: maps, lists, texts, numbers, booleans and null.',
    },
  );
}

function cloneableList(value: readonly unknown[]): CloneableValue {
  const list = value.map(toCloneable);
  const type = typeMark(value);
  return type === undefined ? list : { type, list, isNil: isNilList(value) };
}

function cloneableMap(value: GoMap): CloneableValue {
  const map = new Map(Object.keys(value).map((key) => [key, toCloneable(value[key])]));
  const type = typeMark(value);
  return type === undefined ? map : { type, map };
}

/** The value again. */
export function fromCloneable(value: CloneableValue): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return (value as readonly CloneableValue[]).map(fromCloneable);
  if (value instanceof Map) return mapOf('map[string]interface {}', value);
  const marked = value as Exclude<
    typeof value,
    readonly CloneableValue[] | ReadonlyMap<string, CloneableValue>
  >;
  if ('map' in marked) return mapOf(marked.type, marked.map);
  if ('number' in marked) return new Sized(marked.type, marked.number);
  return marked.isNil ? nilList(marked.type) : typedList(marked.type, marked.list.map(fromCloneable));
}

function mapOf(type: string, entries: ReadonlyMap<string, CloneableValue>): GoMap {
  const map = typedMap(type);
  for (const [key, value] of entries) setOwn(map, key, fromCloneable(value));
  return map;
}
