import { errorMessage, getOwn, isRecord, type KubeObject, type ObjectRef } from '@gitops-toolkit/core';
import type { KubeClient } from '@gitops-toolkit/kube';
import { signalOf } from '../signal-of.ts';
import { conditionsOf, findCondition } from './fields.ts';
import type { ObjectStatus } from './object-status.ts';
import { computeStatus } from './status.ts';

/** Reads the status of an object of a kind that it knows; `undefined` for others. */
export type ReadStatus = (object: KubeObject) => ObjectStatus | undefined;

/** The status of an object of the cluster. */
export interface ResourceStatus extends ObjectStatus {
  readonly ref: ObjectRef;
  /** Why the status could not be told. */
  readonly error?: unknown;
}

/** How {@link readResourceStatus} looks. */
export interface ReadResourceStatusOptions {
  readonly readStatus?: ReadStatus;
  readonly now: number;
  readonly signal?: AbortSignal;
}

/**
 * Reads an object and tells its status. A request that fails makes it `Unknown`, since the next may
 * not; only an aborted signal throws.
 */
export async function readResourceStatus(
  client: KubeClient,
  ref: ObjectRef,
  options: ReadResourceStatusOptions,
): Promise<ResourceStatus> {
  try {
    const object = await client.find(ref, signalOf(options));
    if (!object) return { ref, status: 'NotFound', message: 'Resource not found' };
    const known = options.readStatus?.(object);
    if (known) return { ref, ...known };
    return { ref, ...(await withPods(client, object, computeStatus(object, { now: options.now }), options)) };
  } catch (error) {
    options.signal?.throwIfAborted();
    return { ref, status: 'Unknown', message: errorMessage(error), error };
  }
}

const POD_OWNERS: ReadonlySet<string> = new Set(['StatefulSet', 'ReplicaSet']);

/** These kinds have no condition that says that they fail: their pods do. */
async function withPods(
  client: KubeClient,
  object: KubeObject,
  status: ObjectStatus,
  options: ReadResourceStatusOptions,
): Promise<ObjectStatus> {
  const hasPods = object.apiVersion.startsWith('apps/') && POD_OWNERS.has(object.kind);
  const labelSelector = selectorText(getOwn(getOwn(object, 'spec'), 'selector'));
  const { namespace } = object.metadata;
  if (!hasPods || status.status !== 'InProgress' || labelSelector === undefined || namespace === undefined)
    return status;
  const pods = await client.list(
    { apiVersion: 'v1', kind: 'Pod' },
    { namespace, labelSelector, ...signalOf(options) },
  );
  const failed = pods.items.filter((pod) => isFailing(pod, options.now));
  return failed.length === 0 ? status : { status: 'Failed', message: `${failed.length} pods have failed` };
}

/** A pod that is on its way out, or waits for a node that may yet come, does not speak for its owner. */
function isFailing(pod: KubeObject, now: number): boolean {
  if (pod.metadata.deletionTimestamp || computeStatus(pod, { now }).status !== 'Failed') return false;
  return findCondition(conditionsOf(pod), 'PodScheduled', 'False')?.reason !== 'Unschedulable';
}

/** A label selector of an object as text; `undefined` where it selects nothing that we can ask for. */
function selectorText(selector: unknown): string | undefined {
  const labels = getOwn(selector, 'matchLabels');
  const expressions = getOwn(selector, 'matchExpressions');
  const parts = isRecord(labels)
    ? Object.entries(labels).map(([key, value]) => `${key}=${String(value)}`)
    : [];
  for (const expression of Array.isArray(expressions) ? expressions : [])
    parts.push(expressionText(expression));
  return parts.length === 0 ? undefined : parts.join(',');
}

function expressionText(expression: unknown): string {
  const key = String(getOwn(expression, 'key'));
  const values = getOwn(expression, 'values');
  const list = `(${(Array.isArray(values) ? values : []).join(',')})`;
  switch (getOwn(expression, 'operator')) {
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
    case 'NotIn':
      return `${key} notin ${list}`;
    default:
      return `${key} in ${list}`;
  }
}
