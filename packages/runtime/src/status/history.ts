/** An entry of `status.history`, as Flux's objects have it. */
export interface HistorySnapshot {
  /** Of what was reconciled, such as `sha256:` of everything that was built. */
  digest: string;
  /** RFC 3339. */
  firstReconciled: string;
  lastReconciled: string;
  /** A Go duration. */
  lastReconciledDuration: string;
  /** The reason of the `Ready` condition. */
  lastReconciledStatus: string;
  totalReconciliations: number;
  metadata?: Record<string, string>;
}

/** What is recorded of a run. */
export interface HistoryEntry {
  /** Of what was reconciled: the same content has the same. */
  readonly digest: string;
  /** The reason of the `Ready` condition. */
  readonly status: string;
  /** When the run ended, as RFC 3339. */
  readonly time: string;
  /** A Go duration. */
  readonly duration: string;
  /** Facts for people, such as `revision`; those of the latest run are kept. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** As many as Flux keeps. */
const maxSnapshots = 5;

/**
 * The history with a run added: one entry for each digest and outcome, which counts its runs, the latest first.
 * Gives a new list; entries of earlier runs are kept as they are, up to five in all.
 *
 * @example
 * ```ts
 * import { type HistorySnapshot, recordHistory } from '@gitops-toolkit/runtime';
 * let history: HistorySnapshot[] = [];
 * for (const time of ['2026-03-01T10:00:00Z', '2026-03-01T10:05:00Z'])
 *   history = recordHistory(history, { digest: 'sha256:1', status: 'ReconciliationSucceeded', time, duration: '1s' });
 * console.log(history.length, history[0]?.totalReconciliations); // 1 2
 * ```
 */
export function recordHistory(
  history: readonly HistorySnapshot[] | undefined,
  entry: HistoryEntry,
): HistorySnapshot[] {
  const isSame = (snapshot: HistorySnapshot): boolean =>
    snapshot.digest === entry.digest && snapshot.lastReconciledStatus === entry.status;
  const before = history?.find(isSame);
  const snapshot: HistorySnapshot = {
    digest: entry.digest,
    firstReconciled: before?.firstReconciled ?? entry.time,
    lastReconciled: entry.time,
    lastReconciledDuration: entry.duration,
    lastReconciledStatus: entry.status,
    totalReconciliations: (before?.totalReconciliations ?? 0) + 1,
    ...(entry.metadata && { metadata: { ...entry.metadata } }),
  };
  return [snapshot, ...(history ?? []).filter((other) => !isSame(other))].slice(0, maxSnapshots);
}
