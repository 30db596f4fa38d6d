import { getOwn, isRecord, setOwn } from '@gitops-toolkit/core';
import { isScalar, plainScalar, scalarText } from '../accumulate/scalar-text.ts';
import { takeDirective } from './directive.ts';
import { invalidPatch } from './invalid-patch.ts';
import type { MergeSchema } from './merge-schema.ts';
import type { CurrentPath, Merge, MergeContext, ValuePath } from './merge-context.ts';
import { allHaveName, isPresent } from './presence.ts';

type Keys = readonly string[];
/** The texts of an element's keys; blank where it lacks one. */
type Values = readonly string[];

/**
 * Merges lists whose elements are told apart by keys, or, of scalars, by their value.
 *
 * The steps follow kustomize's closely, odd results included: what it makes of elements that lack one of
 * two keys (`protocol` of a port) follows from their order.
 *
 * @see https://github.com/kubernetes-sigs/kustomize/blob/master/kyaml/yaml/walk/associative_sequence.go
 */
export function mergeKeyedList(
  target: unknown,
  patch: unknown,
  schema: MergeSchema | undefined,
  context: MergeContext,
  path: CurrentPath,
  merge: Merge,
): unknown {
  const list = chooseList(target, patch);
  if (!Array.isArray(list)) return undefined;
  const sources = [list, Array.isArray(patch) ? patch : undefined];
  const keys = schema?.isMergedList ? schema.mergeKeys : inferredKeys(sources, path);
  const inOrder = context.newElements === 'prepend' ? [sources[1], sources[0]] : sources;
  if (keys.length === 0)
    return mergeScalarLists(
      list,
      inOrder,
      sources,
      (a, b) => merge(a, b, undefined, context, path),
      context.newElements,
    );
  let identities = distinct(
    inOrder.flatMap((source) => (source ?? []).map((element) => keyValues(element, keys))),
  );
  if (keys.length > 1) identities = unify(identities);

  const merged: unknown[] = [];
  let usedKeys: Keys = keys;
  for (const values of identities) {
    const used = usableKeys(identities, values, keys);
    usedKeys = used.keys;
    const { target: at, patch: change, index } = findElements(sources, used);
    path.push(Math.max(index, 0));
    const element = merge(at, change, schema?.elements(), context, path);
    path.pop();
    if (!isPresent(element) || (isRecord(element) && Object.keys(element).length === 0)) {
      setElement(list, undefined, used.keys, used.values);
      continue;
    }
    fillKeys(element, used.keys, used.values);
    setElement(merged, element, used.keys, used.values);
  }
  if (identities.length === 0) return list;
  return context.newElements === 'prepend'
    ? appendElements(merged, list, usedKeys)
    : appendElements(list, merged, usedKeys);
}

function chooseList(target: unknown, patch: unknown): unknown {
  if (!isPresent(target)) return patch;
  if (patch === null) return undefined;
  const directive = takeDirective(patch);
  if (directive === 'delete') return undefined;
  return directive === 'replace' ? patch : target;
}

function inferredKeys(sources: readonly (unknown[] | undefined)[], path: ValuePath): Keys {
  const lists = sources.filter((list) => list !== undefined && list.length > 0) as unknown[][];
  const named = lists.map(allHaveName);
  if (named.length > 0 && named.every(Boolean)) return ['name'];
  throw invalidPatch(
    named.some(Boolean)
      ? `conflicting merge keys [name,] for field ${path.join('.')}`
      : `no merge key found for field ${path.join('.')}`,
  );
}

function mergeScalarLists(
  list: unknown[],
  inOrder: readonly (unknown[] | undefined)[],
  sources: readonly (unknown[] | undefined)[],
  merge: (target: unknown, patch: unknown) => unknown,
  newElements: MergeContext['newElements'],
): unknown {
  const texts = [...new Set(inOrder.flatMap((source) => (source ?? []).map(scalarText)))];
  const merged: unknown[] = [];
  for (const text of texts) {
    const [target, patch] = sources.map((source) => source?.find((item) => scalarText(item) === text));
    const item = merge(target, patch);
    if (isPresent(item)) setElement(merged, item, [''], [text]);
    else setElement(list, undefined, [''], [text]);
  }
  if (texts.length === 0) return list;
  return newElements === 'prepend' ? appendElements(merged, list, ['']) : appendElements(list, merged, ['']);
}

function keyValues(element: unknown, keys: Keys): Values {
  return keys.map((key) => scalarText(getOwn(element, key)));
}

function distinct(identities: readonly Values[]): Values[] {
  const seen = new Map(identities.map((values) => [JSON.stringify(values), values]));
  return [...seen.values()];
}

/** Identities that differ only where one of them is blank are the same element. */
function unify(identities: readonly Values[]): Values[] {
  const unified = [...identities];
  for (let i = 0; i < unified.length; i++) {
    // The outer identity stays as it was when its turn came.
    const outer = unified[i] ?? [];
    for (let j = 0; j < unified.length; j++) {
      const joined = joinIdentities(outer, unified[j] ?? []);
      if (joined) unified[i] = unified[j] = joined;
    }
  }
  return unified;
}

function joinIdentities(a: Values, b: Values): Values | undefined {
  if (a.length !== b.length || !a.some((value, i) => value === b[i])) return undefined;
  if (a.some((value, i) => value !== b[i] && value !== '' && b[i] !== '')) return undefined;
  return a.map((value, i) => value || (b[i] ?? ''));
}

interface UsableKeys {
  readonly keys: Keys;
  readonly values: Values;
}

/** The keys that any of the identities has a value for; all, where none has. */
function usableKeys(identities: readonly Values[], values: Values, keys: Keys): UsableKeys {
  const inUse = keys.map((_, i) =>
    identities.some((identity) => identity[i] !== undefined && identity[i] !== ''),
  );
  if (!inUse.includes(true)) return { keys, values };
  return { keys: keys.filter((_, i) => inUse[i]), values: values.filter((_, i) => inUse[i]) };
}

interface FoundElements {
  readonly target: unknown;
  readonly patch: unknown;
  /** Where the target's element is in its list. */
  readonly index: number;
}

/** The first element with the values in either list. */
function findElements(
  sources: readonly (unknown[] | undefined)[],
  { keys, values }: UsableKeys,
): FoundElements {
  const own = usableKeys([values], values, keys);
  const [target, patch] = sources;
  const isWanted = (element: unknown): boolean => hasValues(element, own.keys, own.values);
  const index = target?.findIndex(isWanted) ?? -1;
  return { target: index < 0 ? undefined : target?.[index], patch: patch?.find(isWanted), index };
}

function hasValues(element: unknown, keys: Keys, values: Values): boolean {
  return (
    isRecord(element) &&
    keys.every((key, i) => {
      const field = getOwn(element, key);
      return field !== undefined && scalarText(field) === values[i];
    })
  );
}

/** An element that a patch found by some of its keys gets the others. */
function fillKeys(element: unknown, keys: Keys, values: Values): void {
  if (!isRecord(element)) return;
  for (const [i, key] of keys.entries()) {
    const value = values[i] ?? '';
    if (getOwn(element, key) === undefined && value !== '') setOwn(element, key, plainScalar(value));
  }
}

/**
 * Puts an element in the place of all that have its keys, or at the end; without an element, removes
 * them. Nulls and empty maps go as well; elements without the keys go where there are no values at all.
 */
function setElement(list: unknown[], element: unknown, keys: Keys, values: Values): void {
  const isNamed = keys[0] !== '' && values.length > 0 && values[0] !== '';
  const kept: unknown[] = [];
  let found = false;
  for (const item of list) {
    if (!isPresent(item) || (isRecord(item) && Object.keys(item).length === 0)) continue;
    if (isNamed && !isRecord(item)) {
      kept.push(item);
    } else if (!matches(item, keys, values)) {
      if (values.length > 0) kept.push(item);
    } else {
      found = true;
      if (element !== undefined) kept.push(element);
    }
  }
  if (!found && element !== undefined) kept.push(element);
  list.splice(0, list.length, ...kept);
}

function matches(item: unknown, keys: Keys, values: Values): boolean {
  let last = false;
  for (const [i, key] of keys.entries()) {
    const value = values[i];
    // A key without a value counts as the one before it.
    if (value !== undefined) last = matchesKey(item, key, value);
    if (!last) return false;
  }
  return true;
}

function matchesKey(item: unknown, key: string, value: string): boolean {
  if (key === '') {
    if (!isScalar(item)) throw invalidPatch('wrong node kind: expected ScalarNode in a list of scalars');
    return scalarText(item) === value;
  }
  if (!isRecord(item)) throw invalidPatch('wrong node kind: expected MappingNode in a list of maps');
  const field = getOwn(item, key);
  return field !== undefined && (value === '' || scalarText(field) === value);
}

function appendElements(list: unknown[], elements: readonly unknown[], keys: Keys): unknown[] {
  for (const element of elements) {
    if (keys[0] === '') {
      setElement(list, element, keys, [scalarText(element)]);
      continue;
    }
    const values: string[] = [];
    for (const key of keys) {
      const value = getOwn(element, key);
      if (isPresent(value)) values.push(scalarText(value));
      else list.push(element);
    }
    if (keys.length > 1) setElement(list, undefined, keys, values);
    setElement(list, element, keys, values);
  }
  return list;
}
