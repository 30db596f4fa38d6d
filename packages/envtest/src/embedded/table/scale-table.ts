import type { KubeObject } from '@gitops-toolkit/core';

import { partialMetadata } from '../read/partial-metadata.ts';
import { ageColumn, nameColumn, numberColumn } from './cells.ts';
import type { Column } from './column.ts';
import type { Table } from './table.ts';

const COLUMNS: readonly Column[] = [
  nameColumn(({ metadata }) => metadata.name ?? '', { format: '' }),
  numberColumn('Desired', 'spec.replicas'),
  numberColumn('Available', 'status.replicas'),
  ageColumn,
];

/** Shows a Scale as the row that `kubectl get --subresource=scale` prints. */
export function scaleTable(scale: KubeObject, version: string, now: number): Table {
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${version}`,
    columnDefinitions: COLUMNS.map(({ definition }) => definition),
    rows: [{ cells: COLUMNS.map(({ cell }) => cell(scale, now)), object: partialMetadata(scale, version) }],
  };
}
