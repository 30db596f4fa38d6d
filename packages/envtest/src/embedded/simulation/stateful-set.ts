import { cloneValue, getOwn, type KubeObject } from '@gitops-toolkit/core';

import type { ControllerContext } from '../controllers/controller.ts';
import { ownedBy } from './owned.ts';
import { isReady, podFromTemplate, PODS } from './pods.ts';
import { templateHash } from './template-hash.ts';

const REVISION_LABEL = 'controller-revision-hash';

interface StatefulSetSpec {
  readonly replicas: number;
  readonly template: unknown;
  readonly podManagementPolicy?: string;
  readonly updateStrategy?: {
    readonly type?: string;
    readonly rollingUpdate?: { readonly partition?: number };
  };
  readonly volumeClaimTemplates?: readonly KubeObject[];
}

/** Starts the Pods of a StatefulSet one after the other, and replaces them from the last on. */
export function reconcileStatefulSet(set: KubeObject, context: ControllerContext): void {
  const spec = set['spec'] as StatefulSetSpec;
  const revision = `${set.metadata.name}-${templateHash(spec.template)}`;
  const pods = new Map(ownedBy(context.engine, PODS, set).map((pod) => [ordinalOf(pod), pod]));
  const isBusy = startMissing(set, spec, revision, pods, context) || removeSurplus(spec, pods, context);
  if (!isBusy) replaceOldest(spec, revision, pods, context);
  updateStatus(set, revision, context);
}

function ordinalOf({ metadata }: KubeObject): number {
  return Number(/-(\d+)$/.exec(metadata.name ?? '')?.[1] ?? -1);
}

/** Whether a Pod was started or is waited for. */
function startMissing(
  set: KubeObject,
  spec: StatefulSetSpec,
  revision: string,
  pods: ReadonlyMap<number, KubeObject>,
  context: ControllerContext,
): boolean {
  const isParallel = spec.podManagementPolicy === 'Parallel';
  let started = false;
  for (let ordinal = 0; ordinal < spec.replicas; ordinal++) {
    const pod = pods.get(ordinal);
    if (!pod) {
      createPod(set, spec, revision, ordinal, context);
      started = true;
    }
    if (!isParallel && (!pod || !isReady(pod))) return true;
  }
  return started;
}

function createPod(
  set: KubeObject,
  spec: StatefulSetSpec,
  revision: string,
  ordinal: number,
  { client }: ControllerContext,
): void {
  const { namespace = '', name: setName } = set.metadata;
  const name = `${setName}-${ordinal}`;
  const labels = {
    [REVISION_LABEL]: revision,
    'statefulset.kubernetes.io/pod-name': name,
    'apps.kubernetes.io/pod-index': String(ordinal),
  };
  const volumes: unknown[] = [];
  for (const claim of spec.volumeClaimTemplates ?? []) {
    const claimName = `${claim.metadata.name}-${name}`;
    const { labels: own } = claim.metadata;
    client.create({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: claimName, namespace, ...(own ? { labels: own } : {}) },
      spec: cloneValue(claim['spec']),
    });
    volumes.push({ name: claim.metadata.name, persistentVolumeClaim: { claimName } });
  }
  const pod = podFromTemplate(set, spec.template, { name, labels });
  const podSpec = pod['spec'] as { volumes?: unknown[]; hostname?: string };
  if (volumes.length > 0) podSpec.volumes = [...(podSpec.volumes ?? []), ...volumes];
  podSpec.hostname = name;
  client.create(pod);
}

function removeSurplus(
  spec: StatefulSetSpec,
  pods: ReadonlyMap<number, KubeObject>,
  { client }: ControllerContext,
): boolean {
  const surplus = [...pods.keys()].filter((ordinal) => ordinal >= spec.replicas);
  const last = pods.get(Math.max(...surplus));
  if (surplus.length === 0 || !last) return false;
  client.delete(last);
  return true;
}

/** Deletes the last Pod that is of another revision; it comes back with the new one. */
function replaceOldest(
  spec: StatefulSetSpec,
  revision: string,
  pods: ReadonlyMap<number, KubeObject>,
  { client }: ControllerContext,
): void {
  if (spec.updateStrategy?.type === 'OnDelete') return;
  const partition = spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  for (let ordinal = spec.replicas - 1; ordinal >= partition; ordinal--) {
    const pod = pods.get(ordinal);
    if (!pod) return;
    if (pod.metadata.labels?.[REVISION_LABEL] !== revision) return client.delete(pod);
    if (!isReady(pod)) return;
  }
}

function updateStatus(set: KubeObject, revision: string, { client, engine }: ControllerContext): void {
  const pods = ownedBy(engine, PODS, set);
  const ready = pods.filter((pod) => isReady(pod)).length;
  const updated = pods.filter(({ metadata }) => metadata.labels?.[REVISION_LABEL] === revision).length;
  client.updateStatus(set, (draft) => {
    const old = getOwn(draft['status'], 'currentRevision') as string | undefined;
    const isDone = updated === pods.length && ready === pods.length;
    draft['status'] = {
      observedGeneration: draft.metadata.generation,
      replicas: pods.length,
      ...(ready > 0 ? { readyReplicas: ready } : {}),
      availableReplicas: ready,
      ...(isDone ? { currentReplicas: updated } : { currentReplicas: pods.length - updated }),
      updatedReplicas: updated,
      currentRevision: isDone ? revision : (old ?? revision),
      updateRevision: revision,
      collisionCount: 0,
    };
  });
}
