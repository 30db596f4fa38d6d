import { gvkString, sameGvk } from '../accumulate/gvk.ts';
import type { ResourceMap } from '../accumulate/resource-map.ts';
import type { ResourceNode } from '../accumulate/resource-node.ts';
import { KustomizeError } from '../errors.ts';
import type { Reorder } from '../build-options.ts';
import type { SortOptions } from '../load/kustomization.ts';
import { byKindOrder, compareTexts, kindRanks, kindSortText, ORDER_FIRST, ORDER_LAST } from './kind-order.ts';

/**
 * Puts the resources into the order that `sortOptions` of the root ask for, or else the build's options.
 *
 * @throws KustomizeError KUSTOMIZE_INVALID_KUSTOMIZATION for options that contradict each other.
 */
export function sortResources(
  resources: ResourceMap,
  options: SortOptions | undefined,
  reorder: Reorder,
): void {
  if (options) checkOptions(options);
  const order = options ? options.order : reorder;
  if (order !== 'legacy') return;
  const { orderFirst, orderLast } = options?.legacySortOptions ?? {
    orderFirst: ORDER_FIRST,
    orderLast: ORDER_LAST,
  };
  const ranks = kindRanks(orderFirst ?? [], orderLast ?? []);
  const keyed = resources.nodes.map((node) => ({ node, gvk: node.gvk, text: idSortText(node) }));
  keyed.sort((a, b) => {
    if (sameGvk(a.gvk, b.gvk)) return compareTexts(a.text, b.text);
    // Other groups' Namespaces come after the core one, although blank groups sort last.
    const isCoreNamespace =
      a.gvk.kind === 'Namespace' && b.gvk.kind === 'Namespace' && (a.gvk.group === '' || b.gvk.group === '');
    if (isCoreNamespace) return compareTexts(kindSortText(b.gvk), kindSortText(a.gvk));
    return byKindOrder(a.gvk, b.gvk, ranks);
  });
  resources.reorder(keyed.map(({ node }) => node));
}

function idSortText(node: ResourceNode): string {
  return `${gvkString(node.gvk)}|${node.namespace || '~X'}|${node.name || '~N'}`;
}

function checkOptions({ order = '', legacySortOptions }: SortOptions): void {
  const invalid = (message: string): KustomizeError =>
    new KustomizeError('KUSTOMIZE_INVALID_KUSTOMIZATION', message, {
      hint: 'sortOptions.order is fifo or legacy; legacySortOptions go with legacy only.',
    });
  if (order !== 'fifo' && order !== 'legacy')
    throw invalid("the field 'sortOptions.order' must be one of [fifo, legacy]");
  if (order === 'fifo' && legacySortOptions) {
    throw invalid(
      "the field 'sortOptions.legacySortOptions' is set but the selected sort order is 'fifo', not 'legacy'",
    );
  }
}
