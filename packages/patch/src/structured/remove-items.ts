import { createRecord, setOwn } from '@gitops-toolkit/core';

import { type Atom, asList, asMap, fieldAtom, kindIn, type ListType, type MapType } from './atom.ts';
import type { FieldSet } from './field-set.ts';
import { itemElement } from './list-item.ts';
import { fieldElement, keysOf, type PathElement } from './path-element.ts';

/**
 * The value without the fields and items of a set. What is owned as a whole cannot lose a part:
 * it becomes `null`, as does a map or list that loses its last part.
 */
export function withoutItems(value: unknown, items: FieldSet, atom: Atom | undefined): unknown {
  if (!atom) return null;
  switch (kindIn(atom, value)) {
    case 'map':
      return mapWithout(value, items, atom.map as MapType);
    case 'list':
      return listWithout(value, items, atom.list as ListType);
    case 'scalar':
      return value;
  }
}

function mapWithout(value: unknown, items: FieldSet, type: MapType): unknown {
  const map = asMap(value);
  if (!map || type.atomic) return null;
  if (items.isEmpty() && Object.keys(map).length > 0) return value;
  const kept = createRecord();
  let size = 0;
  for (const name of Object.keys(map)) {
    const node = items.nodes.get(elementOf(type, name));
    if (node?.member) continue;
    setOwn(
      kept,
      name,
      node?.children ? withoutItems(map[name], node.children, fieldAtom(type, name)) : map[name],
    );
    size++;
  }
  return size > 0 ? kept : null;
}

function listWithout(value: unknown, items: FieldSet, type: ListType): unknown {
  const list = asList(value);
  if (!list || !type.associative) return null;
  if (items.isEmpty() && list.length > 0) return value;
  const kept: unknown[] = [];
  for (const item of list) {
    const node = items.nodes.get(itemElement(type, item));
    if (node?.member) continue;
    kept.push(node?.children ? withoutItems(item, node.children, type.element) : item);
  }
  return kept.length > 0 ? kept : null;
}

/** The value with nothing but the fields and items of a set. What is owned as a whole is kept whole. */
export function onlyItems(value: unknown, items: FieldSet, atom: Atom | undefined): unknown {
  if (!atom) return null;
  switch (kindIn(atom, value)) {
    case 'map':
      return mapOnly(value, items, atom.map as MapType);
    case 'list':
      return listOnly(value, items, atom.list as ListType);
    case 'scalar':
      return value;
  }
}

function mapOnly(value: unknown, items: FieldSet, type: MapType): unknown {
  const map = asMap(value);
  if (!map) return null;
  if (type.atomic || Object.keys(map).length === 0) return value;
  const kept = createRecord();
  let size = 0;
  for (const name of Object.keys(map)) {
    const node = items.nodes.get(elementOf(type, name));
    if (!node) continue;
    // Go looks below a member with the set of its parent; this only shows where names repeat.
    const below = node.member ? items : node.children;
    setOwn(kept, name, onlyItems(map[name], below as FieldSet, fieldAtom(type, name)));
    size++;
  }
  return size > 0 ? kept : null;
}

function listOnly(value: unknown, items: FieldSet, type: ListType): unknown {
  const list = asList(value);
  if (!list) return null;
  if (!type.associative || list.length === 0) return value;
  const kept: unknown[] = [];
  for (const item of list) {
    const node = items.nodes.get(itemElement(type, item));
    if (!node) continue;
    kept.push(node.children ? onlyItems(item, node.children, type.element) : item);
  }
  return kept.length > 0 ? kept : null;
}

function elementOf(type: MapType, name: string): PathElement {
  return type.field(name)?.element ?? fieldElement(name);
}

/** The paths of the key fields of every list item that a path of the set goes through. */
export function* keyFieldPaths(items: FieldSet, present: FieldSet): Generator<PathElement[]> {
  for (const path of items.paths()) {
    if (!present.has(path)) continue;
    for (const [index, element] of path.entries()) {
      for (const name of Object.keys(keysOf(element)))
        yield [...path.slice(0, index + 1), fieldElement(name)];
    }
  }
}
