import type { KubeObject } from '@gitops-toolkit/core';

import { age } from '../age.ts';
import { ageColumn, listAt, textAt, textColumn } from '../cells.ts';
import { column, type Column } from '../column.ts';
import { podSummary } from './pod-summary.ts';

/** The columns of Pods. */
export const podColumns: readonly Column[] = [
  column('Ready', (pod) => {
    const { ready, total } = podSummary(pod);
    return `${ready}/${total}`;
  }),
  column('Status', (pod) => podSummary(pod).status),
  column('Restarts', (pod, now) => {
    const { restarts, lastRestart } = podSummary(pod);
    return restarts > 0 && lastRestart !== ''
      ? `${restarts} (${age(lastRestart, now)} ago)`
      : String(restarts);
  }),
  ageColumn,
  textColumn('IP', 'status.podIP', '<none>', { wide: true }),
  textColumn('Node', 'spec.nodeName', '<none>', { wide: true }),
  textColumn('Nominated Node', 'status.nominatedNodeName', '<none>', { wide: true }),
  column('Readiness Gates', (pod) => readinessGates(pod), { wide: true }),
];

function readinessGates(pod: KubeObject): string {
  const gates = listAt(pod, 'spec.readinessGates');
  if (gates.length === 0) return '<none>';
  const met = gates.filter(({ conditionType }) =>
    listAt(pod, 'status.conditions').some(({ type, status }) => type === conditionType && status === 'True'),
  );
  return `${met.length}/${gates.length}`;
}

/** What a Table says of the row of a Pod that has ended. */
export function podRowConditions(pod: KubeObject): readonly unknown[] | undefined {
  const phase = textAt(pod, 'status.phase');
  if (phase !== 'Succeeded' && phase !== 'Failed') return undefined;
  const message = phase === 'Succeeded' ? 'The pod has completed successfully.' : 'The pod failed.';
  return [{ type: 'Completed', status: 'True', reason: phase, message }];
}
