/** The conditions that every reconciled object may have. */
export const conditionTypes = {
  /** The last reconciliation succeeded, and what it made is still what is wanted. */
  ready: 'Ready',
  /** Work is under way. Only there while it holds. */
  reconciling: 'Reconciling',
  /** Nothing will happen until the object changes. Only there while it holds. */
  stalled: 'Stalled',
  /** What was applied is healthy (Kustomization). */
  healthy: 'Healthy',
  /** The artifact is in the storage (sources). */
  artifactInStorage: 'ArtifactInStorage',
  /** The stored artifact is not of the latest revision (sources). Only there while it holds. */
  artifactOutdated: 'ArtifactOutdated',
  /** The source could not be fetched (sources). Only there while it holds. */
  fetchFailed: 'FetchFailed',
  /** The storage failed (sources). Only there while it holds. */
  storageOperationFailed: 'StorageOperationFailed',
  /** Signatures were verified (sources). */
  sourceVerified: 'SourceVerified',
  /** An included source has no artifact (GitRepository). Only there while it holds. */
  includeUnavailable: 'IncludeUnavailable',
} as const;

/** A condition's type. */
export type ConditionType = (typeof conditionTypes)[keyof typeof conditionTypes];
