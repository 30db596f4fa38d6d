import { isRecord } from '@gitops-toolkit/core';

import type { ListType } from './atom.ts';
import { canonicalJson, type PathElement, valueElement } from './path-element.ts';

/** Why an item of a list cannot be told apart from others. */
export class ItemProblem extends Error {}

/**
 * The path element of an item of an associative list.
 *
 * @throws ItemProblem where it has none.
 */
export function itemElement(type: ListType, item: unknown): PathElement {
  return type.keys.length > 0 ? keyedElement(type, item) : memberElement(item);
}

function keyedElement(type: ListType, item: unknown): PathElement {
  if (item === null) throw new ItemProblem('associative list with keys may not have a null element');
  if (!isRecord(item)) throw new ItemProblem('associative list with keys may not have non-map elements');
  let text = '';
  for (const { name, json } of type.keys) {
    const value = Object.hasOwn(item, name)
      ? item[name]
      : (type.element.map?.field(name)?.default ?? undefined);
    if (value !== undefined) text += `${text === '' ? 'k:{' : ','}${json}:${canonicalJson(value)}`;
  }
  if (text !== '') return `${text}}`;
  const names = type.keys.map(({ name }) => name);
  throw new ItemProblem(
    `associative list with keys has an element that omits all key fields ${JSON.stringify(names)} (and doesn't have default values for any key fields)`,
  );
}

function memberElement(item: unknown): PathElement {
  if (item === null)
    throw new ItemProblem("associative list without keys has an element that's an explicit null");
  if (Array.isArray(item)) throw new ItemProblem('not supported: associative list with lists as elements');
  if (isRecord(item)) throw new ItemProblem("associative list without keys has an element that's a map type");
  return valueElement(item);
}
