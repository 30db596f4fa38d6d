import { GitRepository, Kustomization } from '@gitops-toolkit/api';
import { isRecord, type KubeObject, refOf, refString } from '@gitops-toolkit/core';
import { isNoMatch, isNotFound, type KubeClient } from '@gitops-toolkit/kube';
import { NAMESPACE, WIDGETS } from './commits.ts';

/** All kinds that the commits hold. */
const KINDS = [
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: 'v1', kind: 'Secret' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'v1', kind: 'ServiceAccount' },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role' },
  { apiVersion: `${WIDGETS.group}/${WIDGETS.version}`, kind: WIDGETS.kind },
];
const DEFINITION = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  name: `${WIDGETS.plural}.${WIDGETS.group}`,
};

/** Every object in the namespace of the commits, and the definition: whoever made them. */
export async function readObjects(client: KubeClient): Promise<KubeObject[]> {
  // A definition may have come or gone since.
  client.mapper.invalidate();
  const lists = await Promise.all(KINDS.map((kind) => listOf(client, kind)));
  const definition = await client.find(DEFINITION);
  return [...lists.flat(), ...(definition ? [definition] : [])];
}

async function listOf(client: KubeClient, kind: (typeof KINDS)[number]): Promise<KubeObject[]> {
  try {
    const { items } = await client.list(kind, { namespace: NAMESPACE });
    return items.map((item) => ({ ...item, ...kind }));
  } catch (error) {
    if (isNoMatch(error) || isNotFound(error)) return [];
    throw error;
  }
}

/** Objects by their names, without what is another in each cluster and at each time. */
export function comparable(objects: readonly KubeObject[]): Record<string, unknown> {
  return Object.fromEntries(
    objects
      .map((object) => [refString(refOf(object)), comparableObject(object)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** Of the API server: other values each time, which nobody asked for. */
const ASSIGNED = new Set([
  'clusterIP',
  'clusterIPs',
  'creationTimestamp',
  'generation',
  'resourceVersion',
  'uid',
  'time',
]);
/** What a run writes down of its own course. */
const COURSE = new Set([
  'lastTransitionTime',
  'lastUpdateTime',
  'lastHandledReconcileAt',
  'history',
  'url',
  'size',
]);

function comparableObject(object: KubeObject): unknown {
  // What the server makes of a definition comes when it comes.
  const { status: _status, ...rest } = object;
  return without(rest, ASSIGNED);
}

/** The status of one of the toolkit's own objects, without the course of the run that wrote it, and the commit's id. */
export function comparableStatus(object: KubeObject, commit: string): unknown {
  const status = object['status'] as GitRepository['status'] | Kustomization['status'];
  const isObserved = status?.observedGeneration === object.metadata.generation;
  const conditions = status?.conditions?.map((condition) => ({
    ...condition,
    observedGeneration: condition.observedGeneration === object.metadata.generation,
    message: condition.message.replace(/ in [\d.a-zµ]+$/, ' in some time'),
  }));
  const compared = without({ ...status, conditions, observedGeneration: isObserved }, COURSE);
  // It depends on what was committed before.
  return JSON.parse(JSON.stringify(compared).replaceAll(commit, 'the commit'));
}

function without(value: unknown, keys: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => without(item, keys));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !keys.has(key))
      .map(([key, inner]) => [key, without(inner, keys)]),
  );
}
