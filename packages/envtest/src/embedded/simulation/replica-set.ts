import { getOwn, type KubeObject } from '@gitops-toolkit/core';

import type { ControllerContext } from '../controllers/controller.ts';
import { ownedBy } from './owned.ts';
import { isReady, phaseOf, podFromTemplate, PODS, scalePods } from './pods.ts';

/** Keeps as many Pods as a ReplicaSet asks for, and counts them. */
export function reconcileReplicaSet(set: KubeObject, context: ControllerContext): void {
  const template = getOwn(set['spec'], 'template');
  const wanted = Number(getOwn(set['spec'], 'replicas') ?? 1);
  const pods = ownedBy(context.engine, PODS, set).filter(
    (pod) => !['Succeeded', 'Failed'].includes(phaseOf(pod)),
  );
  scalePods(context, pods, wanted, () => podFromTemplate(set, template, {}));
  const left = ownedBy(context.engine, PODS, set);
  const ready = left.filter((pod) => isReady(pod)).length;
  context.client.updateStatus(set, (draft) => {
    draft['status'] = {
      replicas: left.length,
      ...(left.length > 0 ? { fullyLabeledReplicas: left.length } : {}),
      ...(ready > 0 ? { readyReplicas: ready, availableReplicas: ready } : {}),
      observedGeneration: draft.metadata.generation,
    };
  });
}
