import { getOwn, type KubeObject } from '@gitops-toolkit/core';

import { ageColumn, at, listAt, numberColumn, textAt, textColumn, withMore } from '../cells.ts';
import { column, type Column } from '../column.ts';

/** As many metrics as a cell shows. */
const SHOWN = 2;

/** The field of a metric that its type names. */
const FIELDS = {
  External: 'external',
  Pods: 'pods',
  Object: 'object',
  Resource: 'resource',
  ContainerResource: 'containerResource',
} as const;

function targets(autoscaler: KubeObject): string {
  const specs = listAt(autoscaler, 'spec.metrics');
  const statuses = listAt(autoscaler, 'status.currentMetrics');
  return (
    withMore(
      specs.map((spec, i) => metricText(spec, statuses[i])),
      SHOWN,
      ', ',
    ) || '<none>'
  );
}

function metricText(spec: Record<string, unknown>, status: Record<string, unknown> | undefined): string {
  const field = getOwn(FIELDS, textAt(spec, 'type')) as string | undefined;
  if (field === undefined) return '<unknown type>';
  const target = (name: string): string => textAt(spec, `${field}.target.${name}`);
  const current = (name: string): string => textAt(status, `${field}.current.${name}`, '<unknown>');
  const average = target('averageValue');
  switch (field) {
    case 'pods':
      return `${current('averageValue')}/${average}`;
    case 'external':
    case 'object':
      return average === ''
        ? `${current('value')}/${target('value')}`
        : `${current('averageValue')}/${average} (avg)`;
    default: {
      const name = textAt(spec, `${field}.name`);
      if (average !== '') return `${name}: ${current('averageValue')}/${average}`;
      return `${name}: ${percent(current('averageUtilization'))}/${percent(target('averageUtilization')) || '<auto>'}`;
    }
  }
}

const percent = (text: string): string => (/^\d+$/.test(text) ? `${text}%` : text);

export const autoscalerColumns: readonly Column[] = [
  column(
    'Reference',
    (object) => `${textAt(object, 'spec.scaleTargetRef.kind')}/${textAt(object, 'spec.scaleTargetRef.name')}`,
  ),
  column('Targets', (object) => (at(object, 'spec.metrics') === undefined ? '<none>' : targets(object))),
  textColumn('MinPods', 'spec.minReplicas', '<unset>'),
  numberColumn('MaxPods', 'spec.maxReplicas', { type: 'string' }),
  numberColumn('Replicas', 'status.currentReplicas', { type: 'string' }),
  ageColumn,
];
