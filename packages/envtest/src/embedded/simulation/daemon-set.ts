import { getOwn, type KubeObject } from '@gitops-toolkit/core';

import type { ControllerContext } from '../controllers/controller.ts';
import { ownedBy } from './owned.ts';
import { isReady, podFromTemplate, PODS } from './pods.ts';
import { templateHash } from './template-hash.ts';

const REVISION_LABEL = 'controller-revision-hash';

/** Keeps one Pod of a DaemonSet on each node. */
export function reconcileDaemonSet(set: KubeObject, context: ControllerContext): void {
  const { client, engine } = context;
  const template = getOwn(set['spec'], 'template');
  const hash = templateHash(template);
  const nodes = engine.list('/nodes').map(({ metadata }) => metadata.name ?? '');
  const pods = ownedBy(engine, PODS, set);
  for (const pod of pods) {
    const isPlaced = nodes.includes(nodeOf(pod));
    const isOld = pod.metadata.labels?.[REVISION_LABEL] !== hash && updates(set);
    if (!isPlaced || isOld) client.delete(pod);
  }
  const kept = ownedBy(engine, PODS, set);
  for (const node of nodes.filter((name) => !kept.some((pod) => nodeOf(pod) === name))) {
    const pod = podFromTemplate(set, template, {
      labels: { [REVISION_LABEL]: hash, 'pod-template-generation': String(set.metadata.generation) },
    });
    (pod['spec'] as Record<string, unknown>)['nodeName'] = node;
    client.create(pod);
  }
  updateStatus(set, nodes.length, hash, context);
}

const nodeOf = (pod: KubeObject): string =>
  String((getOwn(pod['spec'], 'nodeName') as string | undefined) ?? '');
const updates = (set: KubeObject): boolean =>
  getOwn(getOwn(set['spec'], 'updateStrategy'), 'type') !== 'OnDelete';

function updateStatus(
  set: KubeObject,
  desired: number,
  hash: string,
  { client, engine }: ControllerContext,
): void {
  const pods = ownedBy(engine, PODS, set);
  const ready = pods.filter((pod) => isReady(pod)).length;
  const updated = pods.filter(({ metadata }) => metadata.labels?.[REVISION_LABEL] === hash).length;
  client.updateStatus(set, (draft) => {
    draft['status'] = {
      currentNumberScheduled: pods.length,
      numberMisscheduled: 0,
      desiredNumberScheduled: desired,
      numberReady: ready,
      observedGeneration: draft.metadata.generation,
      ...(updated > 0 ? { updatedNumberScheduled: updated } : {}),
      ...(ready > 0 ? { numberAvailable: ready } : {}),
      ...(desired > ready ? { numberUnavailable: desired - ready } : {}),
    };
  });
}
