/**
 * OCI registries: what they hold, by tag and by digest.
 *
 * - A *repository* of a registry holds *manifests*, each known by its digest, some also by a *tag*, which may move.
 * - A manifest names *blobs*: a configuration and layers. A list of manifests is an *index*.
 * - A *referrer* is a manifest that belongs to another one: a signature, an attestation.
 * - An *artifact* of Flux is a manifest with one layer, a `tar.gz` of files.
 *
 * {@link OciClient} talks to registries; {@link pushArtifact} and {@link pullArtifact} move files.
 *
 * @module
 */
export { type ArtifactDifference, diffArtifact } from './artifact/diff-artifact.ts';
export { findTag, type FindTagOptions } from './artifact/find-tag.ts';
export { FLUX_TYPES, HELM_TYPES, ORIGIN_ANNOTATIONS } from './artifact/flux-types.ts';
export {
  listArtifacts,
  type ListArtifactsOptions,
  type ListedArtifact,
  selectVersions,
} from './artifact/list-artifacts.ts';
export {
  pullArtifact,
  type PullArtifactOptions,
  type PulledArtifact,
  pullLayer,
} from './artifact/pull-artifact.ts';
export { pushArtifact, type PushArtifactOptions } from './artifact/push-artifact.ts';
export { selectLayer } from './artifact/select-layer.ts';
export { OciClient, type OciClientOptions, type RepositoryOptions } from './client.ts';
export type { CredentialStore, RegistryCredentials } from './credentials/credential-store.ts';
export {
  type DockerConfigOptions,
  dockerConfigCredentials,
  firstOf,
  type RunCredentialHelper,
} from './credentials/docker-config.ts';
export { OciError, type OciErrorCode } from './errors.ts';
export {
  type Descriptor,
  type FetchedManifest,
  isIndex,
  MEDIA_TYPES,
  type OciIndex,
  type OciManifest,
  type Platform,
} from './model.ts';
export type { ReferrerOptions } from './read/referrers.ts';
export type { TagOptions } from './read/tags.ts';
export { formatReference, isTag, type OciReference, parseReference } from './reference.ts';
export type { OciRepository } from './repository.ts';
export type { BlobContent } from './write/blob-content.ts';
export type { PushBlobOptions } from './write/push-blob.ts';
export type { ManifestContent } from './write/push-manifest.ts';
