/** The reasons of conditions and events that are common to all kinds. */
export const reasons = {
  succeeded: 'Succeeded',
  failed: 'Failed',
  progressing: 'Progressing',
  /** A run ended without success and will be tried again. */
  progressingWithRetry: 'ProgressingWithRetry',
  suspended: 'Suspended',
  dependencyNotReady: 'DependencyNotReady',
  accessDenied: 'AccessDenied',
  featureGateDisabled: 'FeatureGateDisabled',
  invalidPath: 'InvalidPath',
  invalidUrl: 'InvalidURL',
  insecureConnectionsDisallowed: 'InsecureConnectionsDisallowed',
  unsupportedConnectionType: 'UnsupportedConnectionType',
} as const;

/** The reasons of sources. */
export const sourceReasons = {
  urlInvalid: 'URLInvalid',
  authenticationFailed: 'AuthenticationFailed',
  verificationError: 'VerificationError',
  invalidProviderConfiguration: 'InvalidProviderConfiguration',
  newArtifact: 'NewArtifact',
  newRevision: 'NewRevision',
  artifactUpToDate: 'ArtifactUpToDate',
  artifactVerificationFailed: 'ArtifactVerificationFailed',
  garbageCollectionSucceeded: 'GarbageCollectionSucceeded',
  garbageCollectionFailed: 'GarbageCollectionFailed',
  directoryCreationFailed: 'DirectoryCreationFailed',
  statOperationFailed: 'StatOperationFailed',
  readOperationFailed: 'ReadOperationFailed',
  archiveOperationFailed: 'ArchiveOperationFailed',
  acquireLockFailed: 'AcquireLockFailed',
  illegalPath: 'IllegalPath',
  copyFailure: 'CopyFailure',
  symlinkUpdateFailed: 'SymlinkUpdateFailed',
  sourceIgnoreError: 'SourceIgnoreError',
} as const;

/** The reasons of GitRepositories alone. */
export const gitRepositoryReasons = {
  gitOperationSucceeded: 'GitOperationSucceeded',
  gitOperationFailed: 'GitOperationFailed',
  emptyGitRepository: 'EmptyGitRepository',
  includeChange: 'IncludeChange',
  notFound: 'NotFound',
  noArtifact: 'NoArtifact',
  invalidVerificationMode: 'InvalidVerificationMode',
  invalidGitObject: 'InvalidGitObject',
  invalidTagSignature: 'InvalidTagSignature',
  invalidCommitSignature: 'InvalidCommitSignature',
} as const;

/** The reasons of Kustomizations. */
export const kustomizationReasons = {
  reconciliationSucceeded: 'ReconciliationSucceeded',
  reconciliationFailed: 'ReconciliationFailed',
  artifactFailed: 'ArtifactFailed',
  buildFailed: 'BuildFailed',
  pruneFailed: 'PruneFailed',
  healthCheckFailed: 'HealthCheckFailed',
  healthCheckCanceled: 'HealthCheckCanceled',
  invalidCelExpression: 'InvalidCELExpression',
  directoryCreationFailed: 'DirectoryCreationFailed',
} as const;
