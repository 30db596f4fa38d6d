import type { KubeObject } from '@gitops-toolkit/core';

import { at, listAt, numberAt, textAt } from '../cells.ts';

/** A Pod in the few words of a table. */
export interface PodSummary {
  readonly status: string;
  readonly ready: number;
  readonly total: number;
  readonly restarts: number;
  /** When a container last ended to be started again; empty where none did. */
  readonly lastRestart: string;
}

type Status = Record<string, unknown>;

/** Sums up the states of a Pod's containers: what keeps it from running counts before its phase. */
export function podSummary(pod: KubeObject): PodSummary {
  const sidecars = sidecarNames(pod);
  const initial = listAt(pod, 'status.initContainerStatuses');
  const main = listAt(pod, 'status.containerStatuses');
  const initStatus = initializingStatus(pod, initial, sidecars);
  const isInitializing = initStatus !== undefined && !hasCondition(pod, 'Initialized');
  const restarted = isInitializing
    ? initial
    : [...initial.filter((status) => isSidecar(status, sidecars)), ...main];
  const status = isInitializing ? initStatus : runningStatus(pod, main, initStatus ?? phaseOf(pod));
  return {
    status: deletionStatus(pod) ?? status,
    ready: readyCount(initial, main, sidecars, isInitializing),
    total: listAt(pod, 'spec.containers').length + sidecars.size,
    restarts: restarted.reduce((sum, container) => sum + numberAt(container, 'restartCount'), 0),
    lastRestart:
      restarted
        .map((container) => textAt(container, 'lastState.terminated.finishedAt'))
        .sort()
        .at(-1) ?? '',
  };
}

/** Init containers that go on beside the others. */
function sidecarNames(pod: KubeObject): ReadonlySet<unknown> {
  const always = listAt(pod, 'spec.initContainers').filter(({ restartPolicy }) => restartPolicy === 'Always');
  return new Set(always.map(({ name }) => name));
}

const isSidecar = (status: Status, sidecars: ReadonlySet<unknown>): boolean => sidecars.has(status['name']);

function hasCondition(pod: KubeObject, type: string): boolean {
  return listAt(pod, 'status.conditions').some(
    (condition) => condition['type'] === type && condition['status'] === 'True',
  );
}

function phaseOf(pod: KubeObject): string {
  const gated = listAt(pod, 'status.conditions').some(
    ({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated',
  );
  return gated ? 'SchedulingGated' : textAt(pod, 'status.reason') || textAt(pod, 'status.phase');
}

/** The state of the first init container that is not done; `undefined` when all are. */
function initializingStatus(
  pod: KubeObject,
  statuses: readonly Status[],
  sidecars: ReadonlySet<unknown>,
): string | undefined {
  const index = statuses.findIndex(
    (status) =>
      at(status, 'state.terminated.exitCode') !== 0 &&
      !(isSidecar(status, sidecars) && status['started'] === true),
  );
  const status = statuses[index];
  if (!status) return undefined;
  if (at(status, 'state.terminated') !== undefined) return `Init:${endedText(status)}`;
  const waiting = textAt(status, 'state.waiting.reason');
  return waiting !== '' && waiting !== 'PodInitializing'
    ? `Init:${waiting}`
    : `Init:${index}/${listAt(pod, 'spec.initContainers').length}`;
}

/** Why a container ended. */
function endedText(status: Status): string {
  const signal = numberAt(status, 'state.terminated.signal');
  return (
    textAt(status, 'state.terminated.reason') ||
    (signal === 0 ? `ExitCode:${numberAt(status, 'state.terminated.exitCode')}` : `Signal:${signal}`)
  );
}

const isUp = (status: Status): boolean =>
  status['ready'] === true && at(status, 'state.running') !== undefined;

/** What the containers of a Pod are at; the first of them counts most. */
function runningStatus(pod: KubeObject, statuses: readonly Status[], start: string): string {
  let reason = start;
  let failure = '';
  let hasRunning = false;
  for (const status of statuses.toReversed()) {
    const waiting = textAt(status, 'state.waiting.reason');
    if (waiting !== '') reason = waiting;
    else if (at(status, 'state.terminated') !== undefined) {
      reason = endedText(status);
      if (numberAt(status, 'state.terminated.exitCode') !== 0) failure = reason;
    } else if (isUp(status)) hasRunning = true;
  }
  if (reason !== 'Completed') return reason;
  if (hasRunning && hasCondition(pod, 'Ready')) return 'Running';
  return failure || (hasRunning ? 'NotReady' : reason);
}

function readyCount(
  initial: readonly Status[],
  main: readonly Status[],
  sidecars: ReadonlySet<unknown>,
  isInitializing: boolean,
): number {
  const up = initial.filter(
    (status) => isSidecar(status, sidecars) && status['started'] === true && status['ready'] === true,
  );
  return up.length + (isInitializing ? 0 : main.filter((status) => isUp(status)).length);
}

function deletionStatus(pod: KubeObject): string | undefined {
  if (pod.metadata.deletionTimestamp === undefined) return undefined;
  if (textAt(pod, 'status.reason') === 'NodeLost') return 'Unknown';
  return ['Succeeded', 'Failed'].includes(textAt(pod, 'status.phase')) ? undefined : 'Terminating';
}
