/** Conditions that are there only while something fails: the first that is there gives `Ready` its reason, as in Flux. */
export const failureConditions = [
  'StorageOperationFailed',
  'FetchFailed',
  'IncludeUnavailable',
  'BuildFailed',
] as const;

/** The condition that the failure of a step is shown in. `SourceVerified` becomes `False`, the others `True`. */
export type FailureCondition = (typeof failureConditions)[number] | 'SourceVerified';

/** Conditions that only the reconcilers of sources speak of. */
export const ownedConditions: readonly string[] = [
  'Ready',
  'Reconciling',
  'Stalled',
  'ArtifactInStorage',
  'ArtifactOutdated',
  'SourceVerified',
  ...failureConditions,
];
