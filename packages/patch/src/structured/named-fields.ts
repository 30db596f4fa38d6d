import { type Atom, fieldAtom } from './atom.ts';
import { type FieldNode, FieldSet } from './field-set.ts';

/**
 * The set with every declared field on the way to a member: a manager that owns `.spec.replicas`
 * keeps `.spec` alive. Keys of maps and items of lists stand for themselves.
 */
export function withNamedFields(set: FieldSet, atom: Atom | undefined): FieldSet {
  const nodes = new Map<string, FieldNode>();
  for (const [element, node] of set.nodes) {
    const { children } = node;
    if (!children) {
      nodes.set(element, node);
      continue;
    }
    const name = element.startsWith('f:') ? element.slice(2) : undefined;
    const member = node.member || (name !== undefined && atom?.map?.field(name) !== undefined);
    nodes.set(element, { member, children: withNamedFields(children, childAtom(atom, element, name)) });
  }
  return FieldSet.ofNodes(nodes);
}

function childAtom(atom: Atom | undefined, element: string, name: string | undefined): Atom | undefined {
  if (name !== undefined) return atom?.map && fieldAtom(atom.map, name);
  return element.startsWith('k:') ? atom?.list?.element : undefined;
}
