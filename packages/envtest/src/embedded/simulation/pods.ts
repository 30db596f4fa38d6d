import { cloneValue, getOwn, isRecord, type KubeObject } from '@gitops-toolkit/core';

import type { ControllerContext } from '../controllers/controller.ts';
import { ownerReference } from './owned.ts';

export const PODS = '/pods';

/** A Pod from a template, managed by an owner. */
export function podFromTemplate(
  owner: KubeObject,
  template: unknown,
  extra: { readonly name?: string; readonly labels?: Record<string, string> },
): KubeObject {
  const { namespace = '', name: ownerName } = owner.metadata;
  const metadata = (getOwn(template, 'metadata') ?? {}) as KubeObject['metadata'];
  const { labels, annotations } = metadata;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...(extra.name === undefined ? { generateName: `${ownerName}-` } : { name: extra.name }),
      namespace,
      labels: { ...labels, ...extra.labels },
      ...(annotations ? { annotations: { ...annotations } } : {}),
      ownerReferences: [ownerReference(owner)],
    },
    spec: cloneValue(getOwn(template, 'spec')),
  };
}

export function isReady(pod: KubeObject): boolean {
  const conditions = getOwn(pod['status'], 'conditions');
  return (
    Array.isArray(conditions) &&
    conditions.some((item) => isRecord(item) && item['type'] === 'Ready' && item['status'] === 'True')
  );
}

export function phaseOf(pod: KubeObject): string {
  return String((getOwn(pod['status'], 'phase') as string | undefined) ?? 'Pending');
}

/** Creates or deletes Pods until there are as many as wanted; those that are not ready go first. */
export function scalePods(
  { client }: ControllerContext,
  pods: readonly KubeObject[],
  wanted: number,
  create: () => KubeObject,
): void {
  for (let i = pods.length; i < wanted; i++) client.create(create());
  if (pods.length <= wanted) return;
  const order = [...pods].sort((a, b) => Number(isReady(a)) - Number(isReady(b)));
  for (const pod of order.slice(0, pods.length - wanted)) client.delete(pod);
}
