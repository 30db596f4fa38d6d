import type { KubeObject } from '@gitops-toolkit/core';

/**
 * Keeps each owner once, as the real server does before ownership of fields is worked out, and warns of it.
 *
 * @param isPatch the real server finds duplicates that a patch made at another place, and says so
 */
export function dropDuplicateOwners({ metadata }: KubeObject, warnings: string[], isPatch: boolean): void {
  const owners = metadata.ownerReferences ?? [];
  const repeated = owners.filter(({ uid }, i) => owners.findIndex((other) => other.uid === uid) < i);
  if (repeated.length === 0) return;
  const uids = [...new Set(repeated.map(({ uid }) => uid))].join(', ');
  warnings.push(
    `.metadata.ownerReferences contains duplicate entries${isPatch ? ' after mutating admission happens' : ''}; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ${uids}`,
  );
  metadata.ownerReferences = owners.filter(
    (owner, i) => owners.findIndex((other) => other.uid === owner.uid) === i,
  );
}
