/**
 * Sources: from a reference to a verified tree, and from a tree to an artifact.
 *
 * - A *source* is somewhere content is kept, such as a git repository.
 * - A *revision* is what a reference pointed to at a moment: `main@sha1:<commit>`.
 * - A *tree* is the content of a revision, in memory.
 * - An *artifact* is a tree as a `tar.gz`, stored, served over HTTP, and known by its digest.
 *
 * {@link GitFetcher} resolves and fetches; {@link ArtifactStorage} keeps artifacts;
 * {@link startArtifactServer} serves them; {@link fetchArtifact} reads one back.
 *
 * @module
 */
export { type ArtifactDigestAlgorithm, parseDigestAlgorithm } from './artifact/artifact-digest.ts';
export type { ArtifactAccess } from './artifact/artifact-access.ts';
export type { ArtifactToken } from './artifact/artifact-token.ts';
export { fetchArtifact, type FetchArtifactOptions } from './artifact/fetch-artifact.ts';
export { type LoadTree, TreeCache, type TreeCacheOptions } from './artifact/tree-cache.ts';
export { SourceError, type SourceErrorCode } from './errors.ts';
export type { GitFetcherOptions, GitFetchOptions, GitRevision, GitSource } from './git/git-fetch-options.ts';
export { fetchGit, GitFetcher } from './git/git-fetcher.ts';
export { composeTree, type ComposeOptions } from './generator/compose-tree.ts';
export { artifactContentHash } from './generator/content-hash.ts';
export type { ArtifactTemplate, CopyOperation } from './generator/copy-operation.ts';
export { expandArtifacts, type ExpandOptions, type PlannedArtifact } from './generator/expand-artifacts.ts';
export type { ComposeLimits } from './generator/staging.ts';
export { type GitRef } from './git/git-ref.ts';
export { type GitLimits } from './git/limits.ts';
export type { GitPaths } from './git/partial/git-paths.ts';
export { type GitSignatureKeys, gitSignatureKeys } from './git/signature/signature-keys.ts';
export type { GitSigners } from './git/signature/git-signers.ts';
export {
  type GitVerification,
  type GitVerificationMode,
  type VerifiableRevision,
  verifyRevision,
} from './git/signature/verify-signature.ts';
export type { GitSshAccess } from './git/ssh/ssh-access.ts';
export { type GitCredentials } from './git/remote/credentials.ts';
export { type Proxy, type Timeouts, type TlsIdentity } from '@gitops-toolkit/core/http';
export type { FetchedTree, FetchOptions, GitCommit, GitSignature, SourceFetcher } from './source-fetcher.ts';
export { type Artifact, type ArtifactOwner } from './storage/artifact.ts';
export {
  type ArtifactServer,
  type ArtifactServerOptions,
  startArtifactServer,
} from './storage/artifact-server.ts';
export {
  ArtifactStorage,
  type ArtifactStorageOptions,
  type StoreOptions,
} from './storage/artifact-storage.ts';
export type { ByteRange } from './storage/byte-range.ts';
export type {
  ListedFile,
  StorageDriver,
  StoredFile,
  StoredPath,
  WriteOptions,
  WrittenFile,
} from './storage/storage-driver.ts';
export type { ServerTls } from './storage/server-certificate.ts';
export { type Retention } from './storage/collect-garbage.ts';
