import { type ObjectRef, refString } from '@gitops-toolkit/core';

/** What became of an object. */
export type Action = 'created' | 'configured' | 'unchanged' | 'skipped' | 'deleted';

/** An object and what became of it. */
export interface ChangeSetEntry {
  readonly ref: ObjectRef;
  readonly action: Action;
}

/** What became of a set of objects, in the order of the work. */
export interface ChangeSet {
  readonly entries: readonly ChangeSetEntry[];
}

/** One line an entry: `Kind/namespace/name action`. */
export function formatChangeSet(changes: ChangeSet): string {
  return changes.entries.map(({ ref, action }) => `${refString(ref)} ${action}`).join('\n');
}
