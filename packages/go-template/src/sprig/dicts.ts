import { setOwn } from '@gitops-toolkit/core';
import { FunctionError } from '../errors.ts';
import type { FunctionMap } from '../value/function-map.ts';
import { goFunction } from '../value/go-function.ts';
import { typeOf } from '../value/go-type.ts';
import { type GoMap, isGoMap, nilMap, typedList, typedMap, typeMark } from '../value/typed.ts';
import { sortedKeys } from '../value/sorted-keys.ts';
import { deepCopy, merge } from './merge.ts';
import { stringOf } from './string-of.ts';

const ANY = 'interface {}';
const MAP = 'map[string]interface {}';

function dict(...values: unknown[]): GoMap {
  const map = typedMap(MAP);
  for (let i = 0; i < values.length; i += 2)
    map[stringOf(values[i])] = i + 1 < values.length ? values[i + 1] : '';
  return map;
}

function set(map: GoMap | null, key: string, value: unknown): GoMap {
  if (map === null) throw new FunctionError('assignment to entry in nil map');
  setOwn(map, key, value);
  return map;
}

const own = (map: GoMap | null, key: string): boolean => map !== null && Object.hasOwn(map, key);

function unset(map: GoMap | null, key: string): GoMap {
  if (map === null) return nilMap(MAP);
  if (own(map, key)) delete map[key];
  return map;
}

function pick(map: GoMap, ...keys: string[]): GoMap {
  const found = keys.filter((key) => own(map, key)).map((key) => [key, map[key]] as const);
  return typedMap(MAP, found);
}

function omit(map: GoMap | null, ...keys: string[]): GoMap {
  const omitted = new Set(keys);
  return typedMap(
    MAP,
    Object.entries(map ?? {}).filter(([key]) => !omitted.has(key)),
  );
}

/** `dig "a" "b" default map`: an element of an element, or a default. A named type of map is none to it, as in Go. */
function dig(...parameters: unknown[]): unknown {
  if (parameters.length < 3) throw new FunctionError('dig needs at least three arguments');
  const fallback = parameters.at(-2);
  let map = requirePlainMap(parameters.at(-1));
  const keys = parameters.slice(0, -2).map((key) => {
    if (typeof key === 'string') return key;
    throw conversion(key, 'string');
  });
  for (const [i, key] of keys.entries()) {
    if (!own(map, key)) return fallback;
    const step = map[key] ?? null;
    if (i === keys.length - 1) return step;
    map = requirePlainMap(step);
  }
  return fallback;
}

function requirePlainMap(value: unknown): GoMap {
  if (isGoMap(value) && typeMark(value) === undefined) return value;
  throw conversion(value, MAP);
}

function conversion(value: unknown, type: string): FunctionError {
  const given = value === null || value === undefined ? 'nil' : typeOf(value);
  return new FunctionError(`interface conversion: interface {} is ${given}, not ${type}`);
}

/** Of nil itself, Go's reflection knows nothing; within maps and lists it is copied. */
function copyOf(value: unknown): unknown {
  if (value !== null && value !== undefined) return deepCopy(value);
  throw new FunctionError('reflect: call of reflect.Value.Type on zero Value');
}

/** Functions for maps. Where Go's order is random, that of the keys is taken. */
export const dictFunctions: FunctionMap = {
  dict: goFunction([`...${ANY}`], dict),
  get: goFunction([MAP, 'string'], (map: GoMap | null, key: string) =>
    own(map, key) ? (map?.[key] ?? null) : '',
  ),
  set: goFunction([MAP, 'string', ANY], set),
  unset: goFunction([MAP, 'string'], unset),
  hasKey: goFunction([MAP, 'string'], own),
  pluck: goFunction(['string', `...${MAP}`], (key: string, ...maps: GoMap[]) =>
    maps.filter((map) => own(map, key)).map((map) => map[key] ?? null),
  ),
  keys: goFunction([`...${MAP}`], (...maps: GoMap[]) =>
    typedList(
      '[]string',
      maps.flatMap((map) => sortedKeys(map ?? {})),
    ),
  ),
  pick: goFunction([MAP, '...string'], pick),
  omit: goFunction([MAP, '...string'], omit),
  merge: goFunction([MAP, `...${MAP}`], (target: GoMap | null, ...sources: (GoMap | null)[]) =>
    merge(target, sources, false),
  ),
  mergeOverwrite: goFunction([MAP, `...${MAP}`], (target: GoMap | null, ...sources: (GoMap | null)[]) =>
    merge(target, sources, true),
  ),
  mustMerge: goFunction([MAP, `...${MAP}`], (target: GoMap | null, ...sources: (GoMap | null)[]) =>
    merge(target, sources, false),
  ),
  mustMergeOverwrite: goFunction([MAP, `...${MAP}`], (target: GoMap | null, ...sources: (GoMap | null)[]) =>
    merge(target, sources, true),
  ),
  values: goFunction([MAP], (map: GoMap | null) => sortedKeys(map ?? {}).map((key) => map?.[key] ?? null)),
  deepCopy: goFunction([ANY], copyOf),
  mustDeepCopy: goFunction([ANY], copyOf),
  dig: goFunction([`...${ANY}`], dig),
};
