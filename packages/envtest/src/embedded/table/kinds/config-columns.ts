import { ageColumn, at, size, textColumn } from '../cells.ts';
import { column, type Column } from '../column.ts';
import { autoscalerColumns } from './autoscaler-columns.ts';
import { eventColumns } from './event-columns.ts';
import { nodeColumns } from './node-columns.ts';

/** The columns of what belongs to no larger family. */
export const configColumns: Readonly<Record<string, readonly Column[]>> = {
  '/configmaps': [
    column('Data', (object) => size(at(object, 'data')) + size(at(object, 'binaryData'))),
    ageColumn,
  ],
  '/secrets': [textColumn('Type', 'type'), column('Data', (object) => size(at(object, 'data'))), ageColumn],
  '/namespaces': [textColumn('Status', 'status.phase'), ageColumn],
  '/nodes': nodeColumns,
  '/events': eventColumns,
  'autoscaling/horizontalpodautoscalers': autoscalerColumns,
  'apiextensions.k8s.io/customresourcedefinitions': [
    column('Created At', ({ metadata }) => metadata.creationTimestamp, { type: 'date' }),
  ],
};
