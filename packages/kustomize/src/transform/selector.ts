import type { Gvk } from '../accumulate/gvk.ts';
import { effectiveNamespace, type ResourceId } from '../accumulate/resource-id.ts';
import type { ResourceMap } from '../accumulate/resource-map.ts';
import type { ResourceNode } from '../accumulate/resource-node.ts';
import type { SelectorFields } from '../load/selector-fields.ts';
import { parseLabelSelector } from './label-selector.ts';
import { compileAnchored, isPlainName } from './regex.ts';

/** Selects resources by patterns of the parts of their ids, and by labels and annotations. */
export interface Selector {
  matchesGvk(gvk: Gvk): boolean;
  matchesName(name: string): boolean;
  matchesNamespace(namespace: string): boolean;
  matchesLabels(node: ResourceNode): boolean;
  /** Whether it asks for a part of an id at all. */
  readonly hasIdParts: boolean;
  /** Whether it asks for labels or annotations at all. */
  readonly hasLabels: boolean;
}

const matchesAll = (): boolean => true;

/** @throws KustomizeError KUSTOMIZE_INVALID_CONFIG for a pattern or label selector that is none. */
export function compileSelector(fields: SelectorFields): Selector {
  const part = (pattern = ''): ((text: string) => boolean) => {
    if (pattern === '') return matchesAll;
    const compiled = compileAnchored(pattern);
    return (text) => compiled.test(text);
  };
  const [group, version, kind] = [part(fields.group), part(fields.version), part(fields.kind)];
  const labels = parseLabelSelector(fields.labelSelector ?? '');
  const annotations = parseLabelSelector(fields.annotationSelector ?? '');
  const { labelSelector = '', annotationSelector = '' } = fields;
  return {
    matchesGvk: (gvk) => group(gvk.group) && version(gvk.version) && kind(gvk.kind),
    matchesName: part(fields.name),
    matchesNamespace: part(fields.namespace),
    matchesLabels: (node) =>
      (annotationSelector === '' || annotations(node.textMap('annotations'))) &&
      (labelSelector === '' || labels(node.textMap('labels'))),
    hasIdParts: [fields.group, fields.version, fields.kind, fields.name, fields.namespace].some(Boolean),
    hasLabels: labelSelector !== '' || annotationSelector !== '',
  };
}

/** The resources that a patch's target selects: names and namespaces may be the original or the present ones. */
export function selectResources(resources: ResourceMap, fields: SelectorFields): readonly ResourceNode[] {
  const selector = compileSelector(fields);
  return filterNamed(resources, fields, (node) => isSelected(node, selector));
}

/**
 * The resources that pass, in order, all of which have or had the name that the fields ask for. A plain name
 * is looked up: what is for one resource does not look at ten thousand.
 */
export function filterNamed(
  resources: ResourceMap,
  { name = '' }: SelectorFields,
  passes: (node: ResourceNode) => boolean,
): readonly ResourceNode[] {
  if (name === '' || !isPlainName(name)) return resources.nodes.filter(passes);
  return resources.inOrder(resources.everNamed(name).filter(passes));
}

function isSelected(node: ResourceNode, selector: Selector): boolean {
  if (!selector.matchesGvk(node.gvk)) return false;
  const ids = [node.originalId, node.id];
  return (
    ids.some((id) => selector.matchesName(id.name)) &&
    ids.some((id) => selector.matchesNamespace(effectiveNamespace(id))) &&
    selector.matchesLabels(node)
  );
}

/** Whether one id passes: kind, name and namespace of the same id, the namespace as it is written. */
export function selectsId(selector: Selector, id: ResourceId): boolean {
  return (
    selector.matchesGvk(id.gvk) && selector.matchesName(id.name) && selector.matchesNamespace(id.namespace)
  );
}
