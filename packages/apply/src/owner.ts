import type { KubeObject } from '@gitops-toolkit/core';

/** On whose behalf objects are applied. */
export interface Owner {
  /** The field manager of the applies. */
  readonly fieldManager: string;
  /** The prefix of the labels, such as `kustomize.toolkit.fluxcd.io`. */
  readonly group: string;
  /** Name and namespace of the object that lists them. */
  readonly name: string;
  readonly namespace: string;
}

/** The part of an {@link Owner} that labels tell. */
export type OwnerIdentity = Pick<Owner, 'group' | 'name' | 'namespace'>;

/** The labels by which an object of the cluster says whose it is. */
export function ownerLabels({ group, name, namespace }: OwnerIdentity): Record<string, string> {
  return { [`${group}/name`]: name, [`${group}/namespace`]: namespace };
}

/** The object with its owner's labels. Shares everything else with the original. */
export function withOwnerLabels(object: KubeObject, owner: OwnerIdentity): KubeObject {
  const labels = { ...object.metadata.labels, ...ownerLabels(owner) };
  return { ...object, metadata: { ...object.metadata, labels } };
}

/** Whether the labels of an object name the owner. An object that moved to another owner does not. */
export function isOwnedBy(object: KubeObject, owner: OwnerIdentity): boolean {
  const labels = object.metadata.labels ?? {};
  return Object.entries(ownerLabels(owner)).every(([key, value]) => labels[key] === value);
}
