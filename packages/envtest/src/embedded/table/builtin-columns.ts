import { getOwn } from '@gitops-toolkit/core';

import type { Column } from './column.ts';
import { accessColumns } from './kinds/access-columns.ts';
import { configColumns } from './kinds/config-columns.ts';
import { networkColumns } from './kinds/network-columns.ts';
import { policyColumns } from './kinds/policy-columns.ts';
import { storageColumns } from './kinds/storage-columns.ts';
import { workloadColumns } from './kinds/workload-columns.ts';

const families = [
  workloadColumns,
  configColumns,
  networkColumns,
  storageColumns,
  accessColumns,
  policyColumns,
] as const;

/** The columns of a built-in kind beside its name; `undefined` for kinds that only show their creation. */
export function builtinColumns(group: string, plural: string): readonly Column[] | undefined {
  // Both groups of events hold the same objects, and show them alike.
  const id = plural === 'events' ? '/events' : `${group}/${plural}`;
  for (const family of families) {
    const columns = getOwn(family, id) as readonly Column[] | undefined;
    if (columns) return columns;
  }
  return undefined;
}
