// Maps and lists whose elements are not `interface {}` carry their Go type under a symbol, on a prototype that has
// nothing else: neither text of a template nor a key of a map can reach or change it.

import type { GoType } from './go-function.ts';

const TYPE: unique symbol = Symbol('go type');
const NIL: unique symbol = Symbol('go nil');

type Marked = { readonly [TYPE]?: GoType; readonly [NIL]?: true };

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
  const map = Object.create(type === 'map[string]interface {}' ? null : prototypeOf(type)) as GoMap;
  for (const [key, value] of entries) map[key] = value;
  return map;
}

/** Gives a map another type; it stays the same map. */
export function retypeMap(map: GoMap, type: GoType): GoMap {
  return Object.setPrototypeOf(map, type === 'map[string]interface {}' ? null : prototypeOf(type)) as GoMap;
}

/** A map under another type, while it keeps its own: what is set in one is in the other. */
export function viewAs(map: GoMap, type: GoType): GoMap {
  const mark = type === 'map[string]interface {}' ? undefined : type;
  const prototype = mark === undefined ? null : prototypeOf(mark);
  return new Proxy(map, {
    getPrototypeOf: () => prototype,
    get: (target, key) => (key === TYPE ? mark : (target as Record<PropertyKey, unknown>)[key]),
  });
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
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.hasOwn(prototype as object, TYPE);
}
