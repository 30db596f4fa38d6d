// Maps and lists whose elements are not `interface {}` carry their Go type under a symbol, on a prototype that has
// nothing else: neither text of a template nor a key of a map can reach or change it.

import { createRecord, isRecord } from '@gitops-toolkit/core';
import type { GoType } from './go-function.ts';

const TYPE: unique symbol = Symbol('go type');
const NIL: unique symbol = Symbol('go nil');

type Marked = { readonly [TYPE]?: GoType; readonly [NIL]?: true };

const ANY_MAP = 'map[string]interface {}';
const prototypes = new Map<GoType, object>();

function prototypeOf(type: GoType): object {
  let prototype = prototypes.get(type);
  if (!prototype) {
    prototype = Object.freeze(Object.assign(Object.create(null) as object, { [TYPE]: type }));
    prototypes.set(type, prototype);
  }
  return prototype;
}

/** A map in the sense of Go: keys are its own properties, and it inherits none. */
export type GoMap = Record<string, unknown>;

/** An empty map of a type such as `map[string]string` or of a named one. */
export function typedMap(type: GoType, entries: Iterable<readonly [string, unknown]> = []): GoMap {
  const map = type === ANY_MAP ? createRecord() : (Object.create(prototypeOf(type)) as GoMap);
  for (const [key, value] of entries) map[key] = value;
  return map;
}

/** Gives a map another type; it stays the same map. */
export function retypeMap(map: GoMap, type: GoType): GoMap {
  return Object.setPrototypeOf(map, type === ANY_MAP ? null : prototypeOf(type)) as GoMap;
}

/** The maps behind views: what is read of a map directly needs none of the proxy's traps, which take many times as long. */
const viewed = new WeakMap<object, GoMap>();

/** A map under another type, while it keeps its own: what is set in one is in the other. */
export function viewAs(map: GoMap, type: GoType): GoMap {
  const mark = type === ANY_MAP ? undefined : type;
  const prototype = mark === undefined ? null : prototypeOf(mark);
  const view = new Proxy(map, {
    getPrototypeOf: () => prototype,
    get: (target, key) => (key === TYPE ? mark : (target as Record<PropertyKey, unknown>)[key]),
  });
  viewed.set(view, map);
  return view;
}

/** The map whose entries a map has: that of which it is a view, or itself. */
export function entriesOf(map: GoMap): GoMap {
  return viewed.get(map) ?? map;
}

/** A list of a type such as `[]string`. */
export function typedList<T>(type: GoType, items: Iterable<T> = []): T[] {
  const list = [...items];
  if (type !== '[]interface {}') Object.defineProperty(list, TYPE, { value: type });
  return list;
}

/** A nil slice of a type: empty, and `null` in JSON. */
export function nilList(type: GoType): never[] {
  const list: never[] = [];
  Object.defineProperties(list, { [TYPE]: { value: type }, [NIL]: { value: true } });
  return list;
}

/** A nil map of a type: empty, and `null` in JSON. */
export function nilMap(type: GoType): GoMap {
  const prototype = Object.assign(Object.create(null) as object, { [TYPE]: type, [NIL]: true });
  return Object.create(Object.freeze(prototype)) as GoMap;
}

/** The type that a map or list was made with, or `undefined` for one of any values. */
export function typeMark(value: object): GoType | undefined {
  return (value as Marked)[TYPE];
}

/** Whether a list is a nil slice. */
export function isNilList(value: object): boolean {
  return (value as Marked)[NIL] === true;
}

/** Whether a map is a nil one. */
export function isNilMap(value: object): boolean {
  return (value as Marked)[NIL] === true;
}

/** Whether a value is a map in the sense of Go: of no class of ours or of JavaScript's. */
export function isGoMap(value: unknown): value is GoMap {
  if (typeof value !== 'object' || value === null) return false;
  return (
    isRecord(value) || (!Array.isArray(value) && Object.hasOwn(Object.getPrototypeOf(value) as object, TYPE))
  );
}
