import type { GitRepository } from '@gitops-toolkit/api';
import { conditions } from '@gitops-toolkit/runtime';

/** Whether a repository was included by another: what its change makes that one reconcile. */
export function includesRepository(object: GitRepository, name: string): boolean {
  return (
    (object.spec.include ?? []).some((include) => include.repository.name === name) &&
    !conditions.isStalled(object)
  );
}
