import { getOwn } from '@gitops-toolkit/core';
import { KustomizeError } from '../errors.ts';
import type { FieldSpec } from '../transform/field-spec.ts';
import { isClusterScoped } from './cluster-scope.ts';
import { type Gvk, isSelectedByGvk } from './gvk.ts';
import { effectiveNamespace, idString, isSameNamespace, NO_NAMESPACE } from './resource-id.ts';
import type { ResourceNode } from './resource-node.ts';
import { scalarText } from './scalar-text.ts';

/** What a field that holds a name is asked for. */
export interface ReferralQuery {
  readonly referrer: ResourceNode;
  readonly target: Gvk;
  readonly spec: FieldSpec;
  /** The namespace beside the name, where the field is a map that has one. */
  readonly namespace?: string;
  /** Whether name and namespace will be written, rather than the name alone. */
  readonly isMap?: boolean;
}

/** The resources that were renamed, by each of their former names. */
export class ReferralCandidates {
  readonly #byFormerName = new Map<string, ResourceNode[]>();
  readonly #bindingNamespaces = new WeakMap<ResourceNode, ReadonlySet<string>>();

  constructor(nodes: readonly ResourceNode[]) {
    for (const node of nodes) {
      if (node.kind === 'RoleBinding') this.#bindingNamespaces.set(node, subjectNamespaces(node));
      for (const name of new Set(node.previousIds.map((id) => id.name))) {
        const others = this.#byFormerName.get(name);
        if (others) others.push(node);
        else this.#byFormerName.set(name, [node]);
      }
    }
  }

  get isEmpty(): boolean {
    return this.#byFormerName.size === 0;
  }

  /**
   * The resource that a field with a former name means.
   *
   * @throws KustomizeError KUSTOMIZE_REFERENCE when several could be meant.
   */
  select(name: string, query: ReferralQuery): ResourceNode | undefined {
    const named = this.#byFormerName.get(name);
    if (!named) return undefined;
    let candidates = this.#inNamespace(this.#visibleTo(query.referrer, named), query.namespace);
    candidates = candidates.filter((node) => this.#fits(node, query));
    if (candidates.length <= 1) return candidates[0];
    candidates = candidates.filter((node) => sharesAffixes(node, query.referrer, true));
    if (candidates.length > 1)
      candidates = candidates.filter((node) => sharesAffixes(node, query.referrer, false));
    const [first] = candidates;
    if (!first || candidates.length === 1) return first;
    const isOne = candidates.every(
      (node) => node.name === first.name && (!query.isMap || node.namespace === first.namespace),
    );
    if (isOne) return first;
    const ids = candidates.map((node) => idString(node.id)).join(', ');
    throw new KustomizeError('KUSTOMIZE_REFERENCE', `found multiple possible referrals: ${ids}`, {
      object: query.referrer.ref,
      hint: `The former name ${name} does not tell which one is meant. Use distinct names, or the final name in the field.`,
    });
  }

  /** Those that the referrer may mean at all: in its namespace, in none, or where its subjects are. */
  #visibleTo(referrer: ResourceNode, nodes: readonly ResourceNode[]): ResourceNode[] {
    if (isClusterScoped(referrer.gvk)) return [...nodes];
    const namespaces = this.#bindingNamespaces.get(referrer);
    const { id } = referrer;
    return nodes.filter(
      (node) => isClusterScoped(node.gvk) || isSameNamespace(node.id, id) || namespaces?.has(node.namespace),
    );
  }

  #inNamespace(nodes: ResourceNode[], namespace: string | undefined): ResourceNode[] {
    if (namespace === undefined) return nodes;
    if (namespace === NO_NAMESPACE) return [];
    const original = nodes.filter((node) => effectiveNamespace(node.originalId) === namespace);
    return original.length > 0 ? original : nodes.filter((node) => effectiveNamespace(node.id) === namespace);
  }

  #fits(node: ResourceNode, { referrer, target, spec }: ReferralQuery): boolean {
    const former = node.previousIds;
    if (!former.some((id) => isSelectedByGvk(id.gvk, target))) return false;
    const role = spec.path.endsWith('roleRef/name') ? roleRefGvk(referrer) : undefined;
    if (role && !former.some((id) => isSelectedByGvk(id.gvk, role))) return false;
    if (isClusterScoped(referrer.gvk) || isClusterScoped(node.gvk) || node.kind === 'ServiceAccount')
      return true;
    return isSameNamespace(referrer.id, node.id);
  }
}

function roleRefGvk(referrer: ResourceNode): Gvk | undefined {
  const roleRef = getOwn(referrer.value, 'roleRef');
  const [group, kind] = [getOwn(roleRef, 'apiGroup'), getOwn(roleRef, 'kind')];
  if (group === undefined || kind === undefined) return undefined;
  return { group: scalarText(group), version: '', kind: scalarText(kind) };
}

function subjectNamespaces(binding: ResourceNode): ReadonlySet<string> {
  const subjects = getOwn(binding.value, 'subjects');
  const namespaces = new Set<string>();
  for (const subject of Array.isArray(subjects) ? (subjects as unknown[]) : []) {
    const namespace = getOwn(subject, 'namespace');
    if (namespace === undefined || getOwn(subject, 'kind') !== 'ServiceAccount') continue;
    if (typeof namespace !== 'string') {
      throw new KustomizeError(
        'KUSTOMIZE_REFERENCE',
        `Invalid Input: namespace is blank for resource "${idString(binding.id)}"`,
        {
          object: binding.ref,
          ...binding.place,
          hint: 'Give the subject a namespace, or leave the field out.',
        },
      );
    }
    namespaces.add(namespace);
  }
  return namespaces;
}

/** Whether two resources went through the same prefixes and suffixes, as far as both have any. */
function sharesAffixes(a: ResourceNode, b: ResourceNode, allowNone: boolean): boolean {
  const shares = (x: readonly string[], y: readonly string[]): boolean =>
    (allowNone && (x.length === 0 || y.length === 0)) || endsAlike(x, y);
  return shares(a.namePrefixes, b.namePrefixes) && shares(a.nameSuffixes, b.nameSuffixes);
}

function endsAlike(a: readonly string[], b: readonly string[]): boolean {
  const [short, long] = a.length > b.length ? [b, a] : [a, b];
  if (short.length === 0) return long.length === 0;
  return short.every((affix, i) => affix === long[long.length - short.length + i]);
}
