import type { KubeObject } from '@gitops-toolkit/core';

import { age, humanDuration } from '../age.ts';
import {
  ageColumn,
  at,
  labelsText,
  listAt,
  numberAt,
  numberColumn,
  selectorText,
  templateColumns,
  textAt,
  textColumn,
} from '../cells.ts';
import { column, type Column } from '../column.ts';
import { podColumns } from './pod-columns.ts';

const bySelector = (object: KubeObject): string => selectorText(at(object, 'spec.selector'));
const template: readonly Column[] = templateColumns('spec.template', bySelector);
const ready = (name: string, readyPath: string): Column =>
  column(name, (object) => `${numberAt(object, readyPath)}/${numberAt(object, 'spec.replicas')}`);

const deployments: readonly Column[] = [
  ready('Ready', 'status.readyReplicas'),
  numberColumn('Up-to-date', 'status.updatedReplicas', { type: 'string' }),
  numberColumn('Available', 'status.availableReplicas', { type: 'string' }),
  ageColumn,
  ...template,
];

const replicaSets: readonly Column[] = [
  numberColumn('Desired', 'spec.replicas'),
  numberColumn('Current', 'status.replicas'),
  numberColumn('Ready', 'status.readyReplicas'),
  ageColumn,
  ...template,
];

const statefulSets: readonly Column[] = [
  ready('Ready', 'status.readyReplicas'),
  ageColumn,
  ...template.slice(0, 2),
];

const daemonSets: readonly Column[] = [
  numberColumn('Desired', 'status.desiredNumberScheduled'),
  numberColumn('Current', 'status.currentNumberScheduled'),
  numberColumn('Ready', 'status.numberReady'),
  numberColumn('Up-to-date', 'status.updatedNumberScheduled'),
  numberColumn('Available', 'status.numberAvailable'),
  column('Node Selector', (object) => labelsText(at(object, 'spec.template.spec.nodeSelector'))),
  ageColumn,
  ...template,
];

const jobs: readonly Column[] = [
  column('Status', jobStatus),
  column('Completions', (object) => {
    const parallelism = numberAt(object, 'spec.parallelism');
    const wanted = at(object, 'spec.completions') ?? (parallelism > 1 ? `1 of ${parallelism}` : 1);
    return `${numberAt(object, 'status.succeeded')}/${String(wanted as number | string)}`;
  }),
  column('Duration', jobDuration),
  ageColumn,
  ...template,
];

function jobStatus(object: KubeObject): string {
  const isTrue = (type: string): boolean =>
    listAt(object, 'status.conditions').some(
      (condition) => condition['type'] === type && condition['status'] === 'True',
    );
  if (isTrue('Complete')) return 'Complete';
  if (isTrue('Failed')) return 'Failed';
  if (object.metadata.deletionTimestamp !== undefined) return 'Terminating';
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find((type) => isTrue(type)) ?? 'Running';
}

function jobDuration(object: KubeObject, now: number): string {
  const start = textAt(object, 'status.startTime');
  if (start === '') return '';
  const end = textAt(object, 'status.completionTime');
  return humanDuration((end === '' ? now : Date.parse(end)) - Date.parse(start));
}

const cronJobs: readonly Column[] = [
  textColumn('Schedule', 'spec.schedule'),
  textColumn('Timezone', 'spec.timeZone', '<none>'),
  column('Suspend', (object) => (at(object, 'spec.suspend') === true ? 'True' : 'False'), {
    type: 'boolean',
  }),
  column('Active', (object) => listAt(object, 'status.active').length, { type: 'integer' }),
  column('Last Schedule', (object, now) => {
    const last = textAt(object, 'status.lastScheduleTime');
    return last === '' ? '<none>' : age(last, now);
  }),
  ageColumn,
  ...templateColumns('spec.jobTemplate.spec.template', (object) =>
    selectorText(at(object, 'spec.jobTemplate.spec.selector')),
  ),
];

const replicationControllers: readonly Column[] = [
  ...replicaSets.slice(0, 4),
  ...templateColumns('spec.template', (object) => labelsText(at(object, 'spec.selector'))),
];

const podTemplates: readonly Column[] = [
  ...templateColumns('template', () => '', { wide: false }).slice(0, 2),
  column('Pod Labels', (object) => labelsText(at(object, 'template.metadata.labels'))),
];

/** The columns of kinds that run Pods. */
export const workloadColumns: Readonly<Record<string, readonly Column[]>> = {
  '/pods': podColumns,
  '/podtemplates': podTemplates,
  '/replicationcontrollers': replicationControllers,
  'apps/deployments': deployments,
  'apps/replicasets': replicaSets,
  'apps/statefulsets': statefulSets,
  'apps/daemonsets': daemonSets,
  'apps/controllerrevisions': [
    column('Controller', ({ metadata }) => {
      const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
      return owner
        ? `${owner.kind.toLowerCase()}.${owner.apiVersion.split('/')[0] ?? ''}/${owner.name}`
        : '<none>';
    }),
    numberColumn('Revision', 'revision', { type: 'string' }),
    ageColumn,
  ],
  'batch/jobs': jobs,
  'batch/cronjobs': cronJobs,
};
