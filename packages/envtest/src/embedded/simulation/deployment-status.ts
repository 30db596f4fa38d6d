import { getOwn, type KubeObject } from '@gitops-toolkit/core';

import type { ControllerContext } from '../controllers/controller.ts';

const REVISION = 'deployment.kubernetes.io/revision';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
  readonly lastUpdateTime: string;
}

/** Counts a Deployment's Pods and says how its rollout goes. */
export function deploymentStatus(
  deployment: KubeObject,
  sets: readonly KubeObject[],
  currentUid: string,
  revision: string,
  context: ControllerContext,
): void {
  const { client, engine } = context;
  const current = sets.find((set) => set.metadata.uid === currentUid);
  const wanted = Number(getOwn(deployment['spec'], 'replicas') ?? 0);
  const replicas = sum(sets, 'replicas');
  const ready = sum(sets, 'readyReplicas');
  const updated = sum(current ? [current] : [], 'replicas');
  const upToDate = sum(current ? [current] : [], 'availableReplicas');
  const isDone = updated === wanted && upToDate >= wanted && replicas === wanted;
  client.updateStatus(deployment, (draft) => {
    draft.metadata.annotations = { ...draft.metadata.annotations, [REVISION]: revision };
    const old = (getOwn(draft['status'], 'conditions') ?? []) as Condition[];
    const now = engine.now();
    const name = current?.metadata.name ?? '';
    const progress = progressing(old, isDone, name, deployment, context);
    draft['status'] = {
      observedGeneration: draft.metadata.generation,
      ...positive({ replicas, updatedReplicas: updated, readyReplicas: ready, availableReplicas: ready }),
      ...positive({ unavailableReplicas: Math.max(0, wanted - ready) }),
      conditions: [condition(old, available(ready >= minimum(wanted)), now), condition(old, progress, now)],
    };
  });
}

/** A Deployment counts as available while no more than a quarter of its Pods is missing. */
const minimum = (wanted: number): number => wanted - Math.floor(wanted / 4);

function sum(sets: readonly KubeObject[], field: string): number {
  return sets.reduce((total, set) => total + Number(getOwn(set['status'], field) ?? 0), 0);
}

function positive(counts: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

type State = Omit<Condition, 'lastTransitionTime' | 'lastUpdateTime'>;

function available(isAvailable: boolean): State {
  return isAvailable
    ? {
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
}

/** How the rollout goes; one that does not get on is looked at again when its deadline has passed. */
function progressing(
  old: readonly Condition[],
  isDone: boolean,
  set: string,
  deployment: KubeObject,
  context: ControllerContext,
): State {
  const { engine } = context;
  if (isDone) {
    const message = `ReplicaSet "${set}" has successfully progressed.`;
    return { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', message };
  }
  const message = `ReplicaSet "${set}" is progressing.`;
  const state: State = { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', message };
  const last = old.find(({ type }) => type === 'Progressing');
  const isSame =
    last !== undefined &&
    last.message !== '' &&
    last.message.includes(`"${set}"`) &&
    last.reason !== 'NewReplicaSetAvailable';
  const since = isSame ? Date.parse(last.lastUpdateTime) : engine.clock.now();
  const deadlineMs = Number(getOwn(deployment['spec'], 'progressDeadlineSeconds') ?? 600) * 1000;
  const left = since + deadlineMs - engine.clock.now();
  if (left <= 0) {
    const late = `ReplicaSet "${set}" has timed out progressing.`;
    return { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: late };
  }
  touchLater(deployment, left, context);
  return state;
}

function touchLater(
  deployment: KubeObject,
  delayMs: number,
  { queue, client, engine }: ControllerContext,
): void {
  const { namespace, name = '' } = deployment.metadata;
  queue.addAfter(`deadline/${namespace}/${name}`, delayMs, () => {
    const now = client.get('apps/v1', 'Deployment', namespace, name);
    const conditions = (getOwn(now?.['status'], 'conditions') ?? []) as Condition[];
    const stuck = conditions.find(
      ({ type, reason }) => type === 'Progressing' && reason === 'ReplicaSetUpdated',
    );
    if (!now || !stuck) return;
    const deadlineMs = Number(getOwn(now['spec'], 'progressDeadlineSeconds') ?? 600) * 1000;
    if (Date.parse(stuck.lastUpdateTime) + deadlineMs > engine.clock.now() + 1000) return;
    const message = stuck.message.replace('is progressing', 'has timed out progressing');
    client.updateStatus(now, (draft) => {
      const state = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message };
      const others = conditions.filter(({ type }) => type !== 'Progressing');
      draft['status'] = {
        ...(draft['status'] as object),
        conditions: [...others, condition(conditions, state, engine.now())],
      };
    });
  });
}

function condition(old: readonly Condition[], state: State, now: string): Condition {
  const last = old.find(({ type }) => type === state.type);
  const isSame =
    last?.status === state.status && last.reason === state.reason && last.message === state.message;
  return {
    ...state,
    lastTransitionTime: last?.status === state.status ? last.lastTransitionTime : now,
    lastUpdateTime: isSame ? last.lastUpdateTime : now,
  };
}
