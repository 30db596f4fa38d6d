import { gvkOf, type KubeObject, type ObjectRef, parseApiVersion } from '@gitops-toolkit/core';

/** Kinds that others lean on, in the order in which they are applied. */
const FIRST = [
  'CustomResourceDefinition',
  'Namespace',
  'ClusterRole',
  'ClusterClass',
  'RuntimeClass',
  'PriorityClass',
  'StorageClass',
  'VolumeSnapshotClass',
  'IngressClass',
  'GatewayClass',
  'ClusterRoleBinding',
  'ResourceQuota',
  'ServiceAccount',
  'Role',
  'RoleBinding',
  'ConfigMap',
  'Secret',
  'Service',
  'LimitRange',
  'Deployment',
  'StatefulSet',
  'CronJob',
  'PodDisruptionBudget',
];
/** Webhooks come last: they may call what was just applied. */
const LAST = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

const RANKS: ReadonlyMap<string, number> = new Map([
  ...FIRST.map((kind, i) => [kind, i - FIRST.length] as const),
  ...LAST.map((kind, i) => [kind, i + 1] as const),
]);

/** Objects that are applied together. */
export interface Stage {
  readonly objects: readonly KubeObject[];
  /** The objects must be ready before the next stage. */
  readonly waits: boolean;
}

/**
 * Cuts objects into stages: what defines others (CRDs, namespaces, cluster roles), classes, the
 * kinds that the caller names as `group/Kind`, and the rest; each in apply order. Empty stages are
 * left out.
 */
export function stagesOf(
  objects: readonly KubeObject[],
  customKinds: ReadonlySet<string> = new Set(),
): Stage[] {
  const stages: KubeObject[][] = [[], [], [], []];
  for (const object of objects) stages[stageNumber(object, customKinds)]?.push(object);
  return stages
    .map((members, number) => ({ objects: sortForApply(members), waits: number < 2 }))
    .filter((stage) => stage.objects.length > 0);
}

function stageNumber(object: KubeObject, customKinds: ReadonlySet<string>): number {
  const { group, kind } = gvkOf(object);
  if (isDefinition(group, kind.toLowerCase())) return 0;
  if (kind.endsWith('Class')) return 1;
  return customKinds.has(group === '' ? kind : `${group}/${kind}`) ? 2 : 3;
}

function isDefinition(group: string, kind: string): boolean {
  return (
    (kind === 'customresourcedefinition' && group === 'apiextensions.k8s.io') ||
    (kind === 'namespace' && group === '') ||
    (kind === 'clusterrole' && group === 'rbac.authorization.k8s.io')
  );
}

/** The objects in the order in which they are applied: by kind, then group, namespace and name. */
export function sortForApply(objects: readonly KubeObject[]): KubeObject[] {
  return objects
    .map((object) => ({ object, ref: keyOf(object) }))
    .toSorted((a, b) => compareRefs(a.ref, b.ref))
    .map(({ object }) => object);
}

/** The references in the order in which they are applied. */
export function sortRefs(refs: readonly ObjectRef[]): ObjectRef[] {
  return refs.toSorted(compareRefs);
}

function keyOf({ apiVersion, kind, metadata }: KubeObject): ObjectRef {
  const { name = '', namespace = '' } = metadata;
  return { apiVersion, kind, name, namespace };
}

function compareRefs(a: ObjectRef, b: ObjectRef): number {
  const rank = (RANKS.get(a.kind) ?? 0) - (RANKS.get(b.kind) ?? 0);
  if (rank !== 0) return rank;
  return (
    compareText(parseApiVersion(a.apiVersion).group, parseApiVersion(b.apiVersion).group) ||
    compareText(a.kind, b.kind) ||
    compareText(a.namespace ?? '', b.namespace ?? '') ||
    compareText(a.name, b.name)
  );
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
