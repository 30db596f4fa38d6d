/**
 * The resources of the toolkit's API groups, and the means to define more.
 *
 * - A *definition* ({@link defineResource}) says once what a resource is: it gives the TypeScript type,
 *   the validation and the CustomResourceDefinition.
 * - A {@link Type} is a piece of a definition, made by {@link object}, {@link string}, {@link array} and the others.
 * - {@link (GitRepository:variable)}, {@link (OCIRepository:variable)}, {@link (Bucket:variable)}, {@link (HelmRepository:variable)},
 *   {@link (HelmChart:variable)}, {@link (ExternalArtifact:variable)}, {@link (ArtifactGenerator:variable)} and
 *   {@link (Kustomization:variable)} are Flux's kinds, as definitions; types of the same names are their objects.
 *
 * @example
 * ```ts
 * import { GitRepository } from '@gitops-toolkit/api';
 * const errors = GitRepository.validate({
 *   apiVersion: GitRepository.apiVersion,
 *   kind: GitRepository.kind,
 *   metadata: { name: 'app', namespace: 'default' },
 *   spec: { url: 'https://git.example.com/app', interval: 'soon' },
 * });
 * console.log(errors.map((error) => error.field)); // [ 'spec.interval' ]
 * ```
 *
 * @module
 */
export {
  array,
  type ArrayOptions,
  map,
  type MapOptions,
  object,
  type ObjectOptions,
  optional,
} from './builder/containers.ts';
export type { Rule } from './builder/rules.ts';
export {
  boolean,
  choice,
  dateTime,
  duration,
  type DurationOptions,
  integer,
  intOrString,
  type NumberOptions,
  string,
  type StringOptions,
} from './builder/scalars.ts';
export type { Fields, Infer, ObjectOf, OptionalType, Type } from './builder/type.ts';
export { conditionTypes, type ConditionType } from './constants/conditions.ts';
export { KUSTOMIZE_GROUP, SOURCE_EXTENSIONS_GROUP, SOURCE_GROUP } from './constants/groups.ts';
export {
  applyOptions,
  EVENT_METADATA_PREFIX,
  eventMetadata,
  FINALIZER,
  originMetadata,
  ownerLabels,
  RECONCILE_REQUEST_ANNOTATION,
  SHARDING_LABEL,
  WATCH_ENABLED,
  WATCH_LABEL,
} from './constants/metadata-keys.ts';
export { gitRepositoryReasons, kustomizationReasons, reasons, sourceReasons } from './constants/reasons.ts';
export { defineResource } from './define-resource.ts';
export type {
  PrinterColumn,
  NamedKind,
  ResourceDefinition,
  ResourceInput,
  ResourceObject,
} from './resource-definition.ts';
export { ApiError, type ApiErrorCode } from './errors.ts';
export type {
  AccessFrom,
  Artifact,
  ArtifactGeneratorSource,
  ArtifactGeneratorSpec,
  ArtifactGeneratorStatus,
  BucketSpec,
  BucketStatus,
  BucketSTS,
  CommonMetadata,
  Condition,
  CopyOperation,
  CrossNamespaceSourceReference,
  CustomHealthCheck,
  Decryption,
  DependencyReference,
  DriftIgnoreRule,
  ExternalArtifactReference,
  ExternalArtifactSpec,
  ExternalArtifactStatus,
  GitRepositoryInclude,
  GitRepositoryRef,
  GitRepositorySpec,
  GitRepositoryStatus,
  GitRepositoryVerification,
  HelmChartSourceReference,
  HelmChartSpec,
  HelmChartStatus,
  HelmChartVerification,
  HelmRepositorySpec,
  HelmRepositoryStatus,
  Image,
  KubeConfigReference,
  KustomizationSpec,
  KustomizationStatus,
  LocalObjectReference,
  NamespacedObjectKindReference,
  NamespaceSelector,
  OCILayerSelector,
  OCIRepositoryRef,
  OCIRepositorySpec,
  OCIRepositoryStatus,
  OCIRepositoryVerification,
  OIDCIdentityMatch,
  OutputArtifact,
  Patch,
  PostBuild,
  ResourceInventory,
  ResourceReference,
  SecretKeyReference,
  Selector,
  Snapshot,
  SubstituteReference,
} from './generated/resource-types.ts';
export { Kustomization } from './kustomize/kustomization.ts';
export { artifact } from './shapes/artifact.ts';
export { lastHandledReconcileAt, observedGeneration, readyColumns, suspend } from './shapes/common-fields.ts';
export { condition, conditions } from './shapes/condition.ts';
export { kubeConfigReference } from './shapes/kube-config.ts';
export {
  crossNamespaceSourceReference,
  dependencyReference,
  localObjectReference,
  namespacedObjectKindReference,
  secretKeyReference,
} from './shapes/references.ts';
export { ArtifactGenerator } from './source/artifact-generator.ts';
export { Bucket } from './source/bucket.ts';
export { ExternalArtifact } from './source/external-artifact.ts';
export { GitRepository } from './source/git-repository.ts';
export { HelmChart } from './source/helm-chart.ts';
export { HelmRepository } from './source/helm-repository.ts';
export { OCIRepository } from './source/oci-repository.ts';
