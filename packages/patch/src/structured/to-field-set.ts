import { type Atom, asList, asMap, kindIn, type ListType, type MapType } from './atom.ts';
import { type FieldNode, FieldSet, LEAF_NODE, putNode } from './field-set.ts';
import { itemElement } from './list-item.ts';
import { fieldElement, type PathElement } from './path-element.ts';

/**
 * The set of everything that a value mentions: its leaves, the items of associative lists, the
 * keys of maps, and what is empty or `null`. Structs and lists with items are not members.
 */
export function fieldSetOf(value: unknown, atom: Atom): FieldSet {
  const owned = ownedBelow(value, atom);
  return owned instanceof FieldSet ? owned : FieldSet.EMPTY;
}

/** `leaf`: the value counts as a whole. */
function ownedBelow(value: unknown, atom: Atom): FieldSet | 'leaf' {
  switch (kindIn(atom, value)) {
    case 'scalar':
      return 'leaf';
    case 'map':
      return ownedInMap(value, atom.map as MapType);
    case 'list':
      return ownedInList(value, atom.list as ListType);
  }
}

function ownedInMap(value: unknown, type: MapType): FieldSet | 'leaf' {
  if (type.atomic) return 'leaf';
  const map = asMap(value);
  if (!map) return FieldSet.EMPTY;
  const nodes = new Map<PathElement, FieldNode>();
  for (const name of Object.keys(map)) {
    const field = type.field(name);
    const atom = field?.atom ?? type.element;
    if (!atom) continue;
    const item = map[name];
    const owned = ownedBelow(item, atom);
    const element = field?.element ?? fieldElement(name);
    if (owned === 'leaf') nodes.set(element, LEAF_NODE);
    else putNode(nodes, element, !field || item === null || isEmptyMap(item), owned);
  }
  return FieldSet.ofNodes(nodes);
}

function isEmptyMap(value: unknown): boolean {
  const map = asMap(value);
  return map !== undefined && Object.keys(map).length === 0;
}

function ownedInList(value: unknown, type: ListType): FieldSet | 'leaf' {
  if (!type.associative) return 'leaf';
  const nodes = new Map<PathElement, FieldNode>();
  const elements = (asList(value) ?? []).map((item) => itemElement(type, item));
  elements.forEach((element, index) => {
    if (nodes.has(element)) {
      // Of items that share their keys only the keys can be owned.
      nodes.set(element, LEAF_NODE);
      return;
    }
    const owned = ownedBelow((value as unknown[])[index], type.element);
    putNode(nodes, element, true, owned === 'leaf' ? undefined : owned);
  });
  return FieldSet.ofNodes(nodes);
}
