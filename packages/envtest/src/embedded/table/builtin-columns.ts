import type { Column } from './column.ts';
import { clusterColumns } from './kinds/cluster-columns.ts';
import { workloadColumns } from './kinds/workload-columns.ts';

/** The columns of a built-in kind beside its name; `undefined` for kinds that only show their creation. */
export function builtinColumns(group: string, plural: string): readonly Column[] | undefined {
  const id = `${group}/${plural}`;
  return workloadColumns[id] ?? clusterColumns[id];
}
