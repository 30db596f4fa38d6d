import type { Kustomization } from '@gitops-toolkit/api';

type Snapshot = NonNullable<NonNullable<Kustomization['status']>['history']>[number];

/** What is recorded of a run. */
export interface HistoryEntry {
  /** `sha256:` of everything that was built. */
  readonly digest: string;
  /** The reason of the `Ready` condition. */
  readonly status: string;
  /** RFC 3339. */
  readonly time: string;
  /** A Go duration. */
  readonly duration: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** As many as Flux keeps. */
const MAX_SNAPSHOTS = 5;

/** The history with a run added: one entry for each digest and outcome, the newest first. */
export function recordRun(history: readonly Snapshot[] | undefined, entry: HistoryEntry): Snapshot[] {
  const same = (snapshot: Snapshot) =>
    snapshot.digest === entry.digest && snapshot.lastReconciledStatus === entry.status;
  const before = history?.find(same);
  const snapshot: Snapshot = {
    digest: entry.digest,
    firstReconciled: before?.firstReconciled ?? entry.time,
    lastReconciled: entry.time,
    lastReconciledDuration: entry.duration,
    lastReconciledStatus: entry.status,
    totalReconciliations: (before?.totalReconciliations ?? 0) + 1,
    metadata: { ...entry.metadata },
  };
  return [snapshot, ...(history ?? []).filter((other) => !same(other))].slice(0, MAX_SNAPSHOTS);
}
