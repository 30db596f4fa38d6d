import { createRecord, isRecord, NumberLiteral, parseJson, setOwn } from '@gitops-toolkit/core';

import { PatchError } from '../errors.ts';

/**
 * One step of a path into an object, in the form of `fieldsV1`:
 *
 * - `f:replicas`: a field of a map;
 * - `k:{"name":"app"}`: the item of a list that has these keys;
 * - `v:"x"`: the item of a set that is this value;
 * - `i:0`: the item at this position.
 *
 * Elements made here are canonical (keys sorted, numbers and strings written as Go writes them),
 * so that two of them mean the same if and only if they are the same text.
 */
export type PathElement = string;

/** The element for a field of a map. */
export function fieldElement(name: string): PathElement {
  return `f:${name}`;
}

/** The element for the member of a set. */
export function valueElement(value: unknown): PathElement {
  return `v:${canonicalJson(value)}`;
}

/** The element for the item of a list that has these keys; the names must be sorted. */
export function keyElement(keys: readonly (readonly [name: string, value: unknown])[]): PathElement {
  let text = '';
  for (const [name, value] of keys) {
    text += `${text === '' ? 'k:{' : ','}${canonicalJson(name)}:${canonicalJson(value)}`;
  }
  return text === '' ? 'k:{}' : `${text}}`;
}

/**
 * Most elements: a set's member, or an item with one key, that is a string without anything to
 * escape. They are canonical as they stand, and sort like the text they are.
 */
const PLAIN = /^(?:v:|k:\{"[\w-]+":)"[\w./:@-]*"\}?$/;

/**
 * Reads an element from `fieldsV1`.
 *
 * @returns `undefined` for a kind of element that is not known: newer servers may write some.
 * @throws PatchError `PATCH_FIELDS_INVALID` where it is malformed.
 */
export function parsePathElement(text: string): PathElement | undefined {
  if (text.startsWith('f:') || PLAIN.test(text)) return text;
  if (text.length < 2 || text[1] !== ':') throw malformed(text);
  switch (text[0]) {
    case 'v':
      return valueElement(parseContent(text));
    case 'k':
      return keyElement(parseKeys(text));
    case 'i':
      if (!/^i:-?\d+$/.test(text)) throw malformed(text);
      return `i:${Number(text.slice(2))}`;
    default:
      return undefined;
  }
}

function parseKeys(element: string): [name: string, value: unknown][] {
  const keys = parseContent(element);
  if (!isRecord(keys)) throw malformed(element);
  return Object.keys(keys)
    .sort()
    .map((name) => [name, keys[name]]);
}

function parseContent(element: string): unknown {
  try {
    return parseJson(element.slice(2));
  } catch (cause) {
    throw malformed(element, cause);
  }
}

function malformed(element: string, cause?: unknown): PatchError {
  return new PatchError('PATCH_FIELDS_INVALID', `cannot read ${JSON.stringify(element)} as a path element`, {
    cause,
  });
}

/** An element as people read it: `.name`, `[name="app"]`, `[="x"]`, `[0]`. */
export function elementString(element: PathElement): string {
  switch (element[0]) {
    case 'f':
      return `.${element.slice(2)}`;
    case 'k':
      return `[${parseKeys(element)
        .map(([name, value]) => `${name}=${plain(value)}`)
        .join(',')}]`;
    case 'v':
      return `[=${plain(parseContent(element))}]`;
    default:
      return `[${element.slice(2)}]`;
  }
}

/** A path as the API server writes it: `.spec.containers[name="app"].image`. */
export function pathString(path: readonly PathElement[]): string {
  return path.map(elementString).join('');
}

function plain(value: unknown): string {
  return JSON.stringify(value);
}

/** Go's encoder writes these characters as escapes, so that JSON may stand in HTML. */
const UNSAFE = /[<>&\u2028\u2029]/;
const ALL_UNSAFE = new RegExp(UNSAFE, 'g');

/** Text that JSON writes as it is. */
const PLAIN_TEXT = /^[\w ./:@-]*$/;

/** A value as the elements `k:` and `v:` have it: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') {
    if (PLAIN_TEXT.test(value)) return `"${value}"`;
    const json = JSON.stringify(value);
    return UNSAFE.test(json) ? json.replaceAll(ALL_UNSAFE, escapeCharacter) : json;
  }
  if (value instanceof NumberLiteral) {
    const number = Number(value.json);
    return Number.isInteger(number) && !Number.isSafeInteger(number) ? value.json : JSON.stringify(number);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  return keyElement(
    Object.keys(value)
      .sort()
      .map((name) => [name, value[name]]),
  ).slice(2);
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

const KIND_ORDER = 'fkvi';

/** Sorts elements, in place, into the order of `fieldsV1`. */
export function sortElements(elements: PathElement[]): PathElement[] {
  const asText = elements.every((element) => element.startsWith('f:') || PLAIN.test(element));
  return asText ? elements.sort() : elements.sort(compareElements);
}

/** The order of elements in `fieldsV1`: fields, keys, values, positions; each kind by its content. */
export function compareElements(a: PathElement, b: PathElement): number {
  if (a === b) return 0;
  const kind = a[0] as string;
  if (kind !== b[0]) return KIND_ORDER.indexOf(kind) - KIND_ORDER.indexOf(b[0] as string);
  if (kind === 'f' || (PLAIN.test(a) && PLAIN.test(b))) return a < b ? -1 : 1;
  if (kind === 'k') return compareKeys(parseKeys(a), parseKeys(b));
  return compareValues(parseContent(a), parseContent(b));
}

function compareKeys(a: readonly [string, unknown][], b: readonly [string, unknown][]): number {
  for (const [index, [name, value]] of a.entries()) {
    const other = b[index];
    if (!other) return 1;
    if (name !== other[0]) return name < other[0] ? -1 : 1;
    const order = compareValues(value, other[1]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Numbers, strings, booleans, lists, maps, null; within a type by value. */
function compareValues(a: unknown, b: unknown): number {
  const order = rank(a) - rank(b);
  if (order !== 0) return order;
  if (rank(a) === 0) return Number(a) - Number(b);
  const [left, right] = typeof a === 'string' ? [a, b as string] : [canonicalJson(a), canonicalJson(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function rank(value: unknown): number {
  if (typeof value === 'number' || value instanceof NumberLiteral) return 0;
  if (typeof value === 'string') return 1;
  if (typeof value === 'boolean') return 2;
  return value === null ? 5 : Array.isArray(value) ? 3 : 4;
}

/** The keys that an element `k:…` names, as a map. */
export function keysOf(element: PathElement): Record<string, unknown> {
  const keys = createRecord();
  if (element.startsWith('k:')) for (const [name, value] of parseKeys(element)) setOwn(keys, name, value);
  return keys;
}
