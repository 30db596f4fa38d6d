/**
 * `kustomize build` as a function: a tree of files in, Kubernetes objects out.
 *
 * - a *kustomization* is a directory with a `kustomization.yaml`; it lists *resources*, which may be other
 *   kustomizations (its *bases*);
 * - *generators* make ConfigMaps and Secrets, *transformers* change what was read: names, labels, images;
 * - *patches* change single fields, *replacements* copy them from one object to another.
 *
 * @module
 */
export { build } from './build.ts';
export {
  type BuildLimits,
  type BuildOptions,
  type BuildResult,
  FLUX_BUILD_OPTIONS,
  type LoadRestrictor,
  type Reorder,
} from './build-options.ts';
export { KustomizeError, type KustomizeErrorCode, type KustomizeErrorOptions } from './errors.ts';
export { generateKustomization } from './flux/generate-kustomization.ts';
export type { KustomizationImage, KustomizationPatch, KustomizationSpec } from './flux/kustomization-spec.ts';
export type { BuildExtensions } from './extend/build-extensions.ts';
export { explain, type Explanation, type FieldQuestion } from './explain/explain.ts';
export type { FieldOrigin } from './explain/field-origin.ts';
export type { HelmChartRequest, HelmRenderer } from './generate/helm-renderer.ts';
export {
  fetchRemoteBases,
  type FetchRemoteOptions,
  type FindRemoteOptions,
  findRemoteBases,
  type RemoteFetcher,
} from './load/fetch-remote.ts';
export type { RemoteContents } from './load/remote-contents.ts';
export { parseRemoteUrl, type RemoteUrl } from './load/remote-url.ts';
export { mergeStrategic, type MergeStrategicOptions } from './merge/strategic.ts';
export { substitute, type SubstituteOptions } from './substitute/substitute.ts';
