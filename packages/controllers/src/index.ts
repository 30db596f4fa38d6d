/**
 * The reconcilers of the toolkit's kinds, composed from the other packages.
 *
 * - {@link gitRepositoryController} keeps an *artifact* of what a `GitRepository` refers to;
 * - {@link ociRepositoryController} and {@link bucketController} do the same for an `OCIRepository` and a `Bucket`;
 * - {@link helmRepositoryController} keeps the index of a `HelmRepository`, {@link helmChartController} the chart that a `HelmChart` asks for;
 * - {@link artifactGeneratorController} makes artifacts of parts of others, as an `ArtifactGenerator` says;
 * - {@link kustomizationController} *builds* what a `Kustomization` names from such an artifact, *applies* it,
 *   *prunes* what is gone from it and awaits its *health*.
 *
 * ```ts no-run
 * import { gitRepositoryController, kustomizationController } from '@gitops-toolkit/controllers';
 * import { KubeClient, loadKubeconfig } from '@gitops-toolkit/kube';
 * import { manager, terminationSignal } from '@gitops-toolkit/runtime';
 * import { ArtifactStorage, startArtifactServer, TreeCache } from '@gitops-toolkit/source';
 *
 * await using client = new KubeClient(await loadKubeconfig());
 * const storage = new ArtifactStorage({ root: '/data', host: 'localhost:9090' });
 * await using server = await startArtifactServer({ storage, port: 9090 });
 * const trees = new TreeCache();
 * const controllers = [gitRepositoryController({ storage, trees }), kustomizationController({ trees })];
 * await manager({ name: 'gitops', client, controllers }).run(terminationSignal());
 * ```
 *
 * @module
 */
export {
  artifactGeneratorController,
  type ArtifactGeneratorControllerOptions,
} from './artifact-generator/controller.ts';
export type { ArtifactGeneratorOptions } from './artifact-generator/options.ts';
export { ArtifactGeneratorReconciler } from './artifact-generator/reconcile.ts';
export { artifactServer, type ManagedArtifactServerOptions } from './artifact-server.ts';
export { bucketController, type BucketControllerOptions } from './bucket/controller.ts';
export type { BucketOptions } from './bucket/options.ts';
export { BucketReconciler } from './bucket/reconcile.ts';
export { ControllersError, type ControllersErrorCode } from './errors.ts';
export {
  kustomizeControllerGates,
  sourceControllerGates,
  sourceWatcherGates,
  warnOfFixedGates,
} from './feature-gates.ts';
export { kustomizeControllerFlags, sourceControllerFlags, sourceWatcherFlags } from './flags.ts';
export { gitRepositoryController, type GitRepositoryControllerOptions } from './git-repository/controller.ts';
export {
  artifactGeneratorPaths,
  type ConsumedPath,
  helmChartPaths,
  kustomizationPaths,
  type PathConsumer,
} from './git-repository/consumers/path-consumer.ts';
export { CONSUMER_PATHS_ANNOTATION } from './git-repository/consumers/wanted-paths.ts';
export type { GitRepositoryOptions } from './git-repository/options.ts';
export { GitRepositoryReconciler } from './git-repository/reconcile.ts';
export { helmChartController, type HelmChartControllerOptions } from './helm-chart/controller.ts';
export type { HelmChartOptions } from './helm-chart/options.ts';
export { HelmChartReconciler } from './helm-chart/reconcile.ts';
export {
  helmRepositoryController,
  type HelmRepositoryControllerOptions,
} from './helm-repository/controller.ts';
export {
  ChartIndexCache,
  type ChartIndexCacheOptions,
  type IndexUser,
} from './helm-repository/index-cache.ts';
export type { HelmOptions } from './helm-repository/options.ts';
export { HelmRepositoryReconciler } from './helm-repository/reconcile.ts';
export { type BuildBudget, BuildWorkers } from './kustomization/build-workers.ts';
export type { BuildInput, BuiltKustomization, KustomizationBuilder } from './kustomization/builder.ts';
export { kustomizationController, type KustomizationControllerOptions } from './kustomization/controller.ts';
export type { KustomizationOptions } from './kustomization/options.ts';
export { KustomizationReconciler } from './kustomization/reconcile.ts';
export { ociRepositoryController, type OciRepositoryControllerOptions } from './oci-repository/controller.ts';
export type { OciRepositoryOptions } from './oci-repository/options.ts';
export { OciRepositoryReconciler } from './oci-repository/reconcile.ts';
export { indexCacheMetrics, tokenCacheMetrics } from './source/cache-metrics.ts';
export { trustedRootFile } from './source/trusted-root-file.ts';
export { sourceControllersOptions } from './source-flags.ts';
export {
  sourceControllers,
  type SourceControllersOptions,
  type SourceFetchers,
} from './source-controllers.ts';
export type { SharedControllerOptions } from './shared-options.ts';
