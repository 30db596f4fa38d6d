import { type Atom, defaultKind, fieldAtom, type ListType, type MapType } from './atom.ts';
import { type FieldNode, FieldSet, LEAF_NODE, putNode } from './field-set.ts';
import type { PathElement } from './path-element.ts';

/**
 * A set that was written under another schema, brought in line with this one: where something is
 * now owned as a whole, owning a part of it becomes owning the whole. (The other way round
 * nothing has to be done: whoever owned the whole still owns it.)
 *
 * @returns The same set where there is nothing to do.
 */
export function reconcileFields(set: FieldSet, atom: Atom): FieldSet {
  // The root is nobody's, so that it cannot become a whole.
  const root: FieldNode = { member: false, children: set.isEmpty() ? undefined : set };
  const { member, children } = reconcileNode(root, atom);
  return member || !children ? set : children;
}

function reconcileBelow(set: FieldSet, typeOf: (element: PathElement) => Atom | undefined): FieldSet {
  let changed: Map<PathElement, FieldNode> | undefined;
  for (const [element, node] of set.nodes) {
    const atom = typeOf(element);
    const reconciled = atom ? reconcileNode(node, atom) : node;
    if (reconciled === node) continue;
    changed ??= new Map(set.nodes);
    changed.delete(element);
    putNode(changed, element, reconciled.member, reconciled.children);
  }
  return changed ? FieldSet.ofNodes(changed) : set;
}

function reconcileNode(node: FieldNode, atom: Atom): FieldNode {
  if (!node.children) return node;
  switch (defaultKind(atom)) {
    case 'map':
      return reconcileMap(node, atom.map as MapType);
    case 'list':
      return reconcileList(node, atom.list as ListType);
    case 'scalar':
      return node;
  }
}

function reconcileMap(node: FieldNode, type: MapType): FieldNode {
  if (type.isDeduced) return node;
  return type.atomic ? LEAF_NODE : withChildren(node, (element) => mapItem(type, element));
}

function reconcileList(node: FieldNode, type: ListType): FieldNode {
  return type.associative ? withChildren(node, () => type.element) : LEAF_NODE;
}

function withChildren(node: FieldNode, typeOf: (element: PathElement) => Atom | undefined): FieldNode {
  const children = reconcileBelow(node.children as FieldSet, typeOf);
  return children === node.children ? node : { member: node.member, children };
}

function mapItem(type: MapType, element: PathElement): Atom | undefined {
  return element.startsWith('f:') ? fieldAtom(type, element.slice(2)) : type.element;
}
