import { getOwn, type KubeObject } from '@gitops-toolkit/core';

/** Labels or annotations, any of which an object may have. Values are compared whatever their case. */
export type MetadataSelector = readonly (readonly [key: string, value: string])[];

/** The labels and annotations by which the author of an object says how to treat it. */
export interface Selectors {
  /** Neither applied nor deleted; counts on the author's object and on the cluster's. */
  readonly exclude: MetadataSelector;
  /** Applied only where it does not exist. */
  readonly ifNotPresent: MetadataSelector;
  /** Fields of other managers are left to them. */
  readonly merge: MetadataSelector;
  /** Recreated where a change of an immutable field is refused. */
  readonly force: MetadataSelector;
  /** Not deleted when it is no longer wanted. */
  readonly keep: MetadataSelector;
}

/** The keys of a group, as Flux reads them: `<group>/reconcile: disabled`, `<group>/ssa: Ignore`, … */
export function selectorsOf(group: string): Selectors {
  return {
    exclude: [
      [`${group}/reconcile`, 'disabled'],
      [`${group}/ssa`, 'Ignore'],
    ],
    ifNotPresent: [[`${group}/ssa`, 'IfNotPresent']],
    merge: [[`${group}/ssa`, 'Merge']],
    force: [[`${group}/force`, 'enabled']],
    keep: [
      [`${group}/prune`, 'disabled'],
      [`${group}/reconcile`, 'disabled'],
      [`${group}/ssa`, 'Ignore'],
    ],
  };
}

/** Whether the object has any of the labels or annotations. */
export function isSelected(object: KubeObject | undefined, selector: MetadataSelector): boolean {
  if (!object) return false;
  const { labels, annotations } = object.metadata;
  return selector.some(([key, value]) =>
    [labels, annotations].some((map) => sameText(getOwn(map, key), value)),
  );
}

function sameText(a: unknown, b: string): boolean {
  return typeof a === 'string' && a.toLowerCase() === b.toLowerCase();
}
