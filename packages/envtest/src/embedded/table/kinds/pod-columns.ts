import type { KubeObject } from '@gitops-toolkit/core';

import { age } from '../age.ts';
import { ageColumn, at, listAt, numberAt, textAt, textColumn } from '../cells.ts';
import { column, type Column } from '../column.ts';

/** The columns of Pods. */
export const podColumns: readonly Column[] = [
  column('Ready', (pod) => {
    const statuses = listAt(pod, 'status.containerStatuses');
    return `${statuses.filter(({ ready }) => ready === true).length}/${listAt(pod, 'spec.containers').length}`;
  }),
  column('Status', podStatus),
  column('Restarts', restarts),
  ageColumn,
  textColumn('IP', 'status.podIP', '<none>', { wide: true }),
  textColumn('Node', 'spec.nodeName', '<none>', { wide: true }),
  textColumn('Nominated Node', 'status.nominatedNodeName', '<none>', { wide: true }),
  column('Readiness Gates', (pod) => readinessGates(pod), { wide: true }),
];

/** What keeps a Pod from running, or its phase. */
function podStatus(pod: KubeObject): string {
  let reason = textAt(pod, 'status.reason') || textAt(pod, 'status.phase', 'Unknown');
  for (const status of listAt(pod, 'status.initContainerStatuses')) {
    const failed = textAt(status, 'state.waiting.reason') || textAt(status, 'state.terminated.reason');
    if (failed !== '' && failed !== 'Completed' && failed !== 'PodInitializing') reason = `Init:${failed}`;
  }
  for (const status of listAt(pod, 'status.containerStatuses').reverse()) {
    const state = textAt(status, 'state.waiting.reason') || textAt(status, 'state.terminated.reason');
    if (state !== '') reason = state;
    else if (at(status, 'state.terminated') !== undefined)
      reason = `ExitCode:${numberAt(status, 'state.terminated.exitCode')}`;
  }
  return pod.metadata.deletionTimestamp === undefined ? reason : 'Terminating';
}

function restarts(pod: KubeObject, now: number): string {
  const statuses = listAt(pod, 'status.containerStatuses');
  const count = statuses.reduce((sum, status) => sum + numberAt(status, 'restartCount'), 0);
  const last =
    statuses
      .map((status) => textAt(status, 'lastState.terminated.finishedAt'))
      .sort()
      .at(-1) ?? '';
  return count > 0 && last !== '' ? `${count} (${age(last, now)} ago)` : String(count);
}

function readinessGates(pod: KubeObject): string {
  const gates = listAt(pod, 'spec.readinessGates');
  if (gates.length === 0) return '<none>';
  const met = gates.filter(({ conditionType }) =>
    listAt(pod, 'status.conditions').some(({ type, status }) => type === conditionType && status === 'True'),
  );
  return `${met.length}/${gates.length}`;
}
