import { getOwn, type KubeObject } from '@gitops-toolkit/core';

import type { ControllerContext } from '../controllers/controller.ts';
import { fromLabelSelectorObject, matchesLabels } from '../selectors/label-selector.ts';
import { isReady, PODS } from './pods.ts';

/** Counts the Pods that a PodDisruptionBudget is about, and those that may go. */
export function reconcileBudget(budget: KubeObject, { client, engine }: ControllerContext): void {
  const spec = (budget['spec'] ?? {}) as {
    selector?: unknown;
    minAvailable?: number | string;
    maxUnavailable?: number | string;
  };
  const selector = fromLabelSelectorObject(spec.selector);
  const pods = engine
    .list(PODS, budget.metadata.namespace)
    .filter(({ metadata }) => matchesLabels(selector, metadata.labels));
  const expected = pods.length;
  const healthy = pods.filter((pod) => isReady(pod)).length;
  const wanted =
    spec.minAvailable === undefined
      ? expected - portion(spec.maxUnavailable ?? 0, expected)
      : portion(spec.minAvailable, expected);
  const desired = Math.max(0, wanted);
  const allowed = Math.max(0, healthy - desired);
  client.updateStatus(budget, (draft) => {
    const isOpen = allowed > 0;
    const old = (
      (getOwn(draft['status'], 'conditions') ?? []) as { status: string; lastTransitionTime: string }[]
    )[0];
    const status = isOpen ? 'True' : 'False';
    draft['status'] = {
      observedGeneration: draft.metadata.generation,
      disruptionsAllowed: allowed,
      currentHealthy: healthy,
      desiredHealthy: desired,
      expectedPods: expected,
      conditions: [
        {
          type: 'DisruptionAllowed',
          status,
          observedGeneration: draft.metadata.generation,
          lastTransitionTime: old?.status === status ? old.lastTransitionTime : engine.now(),
          reason: isOpen ? 'SufficientPods' : 'InsufficientPods',
          message: '',
        },
      ],
    };
  });
}

/** A number of Pods, or a share of them rounded up. */
function portion(value: number | string, total: number): number {
  if (typeof value === 'number') return value;
  return Math.ceil((Number.parseFloat(value) / 100) * total);
}
