import { getOwn, isRecord, type KubeObject } from '@gitops-toolkit/core';

import type { Controller, ControllerContext } from '../controllers/controller.ts';
import type { StoreEvent } from '../store/entry.ts';
import { outcomeOf, type Outcome } from './outcome.ts';
import { PODS } from './pods.ts';

interface Container {
  readonly name: string;
  readonly image: string;
}

/** Binds Pods to nodes, starts their containers, ends those of Jobs, and lets Pods go that are deleted. */
export class Kubelet implements Controller {
  readonly #context: ControllerContext;
  readonly #nodes: readonly string[];
  readonly #delayMs: number;
  #bound = 0;

  constructor(context: ControllerContext, nodes: readonly string[], delayMs: number) {
    this.#context = context;
    this.#nodes = nodes;
    this.#delayMs = delayMs;
  }

  observe(resource: string, { type, entry }: StoreEvent): void {
    if (resource !== PODS || type === 'DELETED') return;
    const { object: pod, key } = entry;
    const { queue } = this.#context;
    if (pod.metadata.deletionTimestamp !== undefined) {
      queue.add(`kubelet/delete/${key}`, () => this.#context.client.delete(pod, { gracePeriodSeconds: 0 }));
    } else if (getOwn(pod['spec'], 'nodeName') === undefined) {
      queue.add(`kubelet/bind/${key}`, () => this.#bind(pod));
    } else if (getOwn(pod['status'], 'startTime') === undefined) {
      queue.addAfter(`kubelet/start/${key}`, this.#delayMs, () => this.#start(pod));
    } else if (isRunning(pod) && outcomeOf(pod).ends) {
      queue.addAfter(`kubelet/end/${key}`, this.#delayMs, () => this.#end(pod));
    }
  }

  #bind(pod: KubeObject): void {
    const node = this.#nodes[this.#bound++ % this.#nodes.length];
    if (node === undefined) return;
    this.#context.client.bind(pod, node);
  }

  #start(pod: KubeObject): void {
    const now = this.#context.engine.now();
    const outcome = outcomeOf(pod);
    this.#context.client.updateStatus(pod, (draft) => {
      const containers = (getOwn(draft['spec'], 'containers') ?? []) as Container[];
      const state = startedState(outcome, now);
      const isUp = outcome.ready;
      const status = (draft['status'] ?? {}) as Record<string, unknown>;
      draft['status'] = {
        ...status,
        phase: outcome.pulls ? 'Running' : 'Pending',
        conditions: conditions(isUp, now),
        hostIP: '192.0.2.1',
        hostIPs: [{ ip: '192.0.2.1' }],
        ...podAddress(draft),
        startTime: now,
        containerStatuses: containers.map(({ name, image }) => ({
          name,
          image,
          imageID: outcome.pulls ? `simulated://${image}` : '',
          ready: isUp,
          started: outcome.pulls && outcome.reason === undefined,
          restartCount: outcome.reason === 'CrashLoopBackOff' ? 1 : 0,
          state,
        })),
      };
    });
  }

  #end(pod: KubeObject): void {
    const now = this.#context.engine.now();
    const { exitCode } = outcomeOf(pod);
    this.#context.client.updateStatus(pod, (draft) => {
      const status = draft['status'] as Record<string, unknown>;
      const reason = exitCode === 0 ? 'Completed' : 'Error';
      status['phase'] = exitCode === 0 ? 'Succeeded' : 'Failed';
      status['conditions'] = conditions(false, now, exitCode === 0 ? 'PodCompleted' : 'PodFailed');
      status['containerStatuses'] = ((status['containerStatuses'] ?? []) as Record<string, unknown>[]).map(
        (container) => ({
          ...container,
          ready: false,
          started: false,
          state: { terminated: { exitCode, reason, startedAt: status['startTime'], finishedAt: now } },
        }),
      );
    });
  }
}

function isRunning(pod: KubeObject): boolean {
  return getOwn(pod['status'], 'phase') === 'Running';
}

function startedState({ reason, message }: Outcome, now: string): unknown {
  return reason === undefined ? { running: { startedAt: now } } : { waiting: { reason, message } };
}

function conditions(ready: boolean, now: string, notReady = 'ContainersNotReady'): unknown[] {
  const condition = (type: string, isTrue: boolean): unknown => ({
    type,
    status: isTrue ? 'True' : 'False',
    lastProbeTime: null,
    lastTransitionTime: now,
    ...(isTrue ? {} : { reason: notReady }),
  });
  return [
    condition('PodReadyToStartContainers', true),
    condition('Initialized', true),
    condition('Ready', ready),
    condition('ContainersReady', ready),
    condition('PodScheduled', true),
  ];
}

/** An address of the range that is set aside for tests, from the Pod's uid. */
function podAddress({ metadata, status }: KubeObject): Record<string, unknown> {
  if (isRecord(status) && typeof status['podIP'] === 'string') return {};
  const number = Number.parseInt((metadata.uid ?? '0').replaceAll('-', '').slice(-4), 16) || 1;
  const podIP = `198.18.${number >> 8}.${number & 255}`;
  return { podIP, podIPs: [{ ip: podIP }] };
}
