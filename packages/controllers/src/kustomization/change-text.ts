import { refString } from '@gitops-toolkit/core';
import type { ChangeSet } from '@gitops-toolkit/apply';

/** One line for each object that was changed: `Kind/namespace/name created`; empty where none was. */
export function changedSubjects(changes: ChangeSet): string {
  return changes.entries
    .filter(({ action }) => action === 'created' || action === 'configured' || action === 'deleted')
    .map(({ ref, action }) => `${refString(ref)} ${action}`)
    .join('\n');
}
