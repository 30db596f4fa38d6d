import { refString } from '@gitops-toolkit/core';
import { Kustomization } from '@gitops-toolkit/api';
import { controller, type ControllerBuilder, kindOf, predicates } from '@gitops-toolkit/runtime';
import type { SharedControllerOptions } from '../shared-options.ts';
import { type BuildBudget, BuildWorkers } from './build-workers.ts';
import { sourceKey } from './dependencies.ts';
import type { KustomizationOptions } from './options.ts';
import { KustomizationReconciler } from './reconcile.ts';
import { BY_SOURCE, consumersOf, contentOf, keysOf } from './source-consumers.ts';
import { sourceKinds } from './source-kinds.ts';

/** How {@link kustomizationController} is made: only the trees have no default. */
export type KustomizationControllerOptions = Partial<KustomizationOptions> &
  Pick<KustomizationOptions, 'trees'> &
  SharedControllerOptions & {
    /** ConfigMaps and Secrets with these labels reconcile those that refer to them. @default reconcile.fluxcd.io/watch=Enabled */
    readonly configSelector?: string;
    /** Watches these at all; it takes a watch of each kind: Flux's gate `DisableConfigWatchers`. @default true */
    readonly watchConfigs?: boolean;
    /** What each build may use, where no builder is given. */
    readonly buildBudget?: BuildBudget;
  };

/** The index of Kustomizations by the ConfigMaps and Secrets that they read. */
const BY_CONFIG = 'config';

/**
 * The controller of `Kustomization` objects, for a manager.
 *
 * It runs an object when its spec changes, when somebody asks by annotation, every `spec.interval`, when its
 * source has a new artifact (in the order of `dependsOn`), and when a labelled ConfigMap or Secret that
 * it refers to changes. GitRepository, OCIRepository and Bucket have to be known to the cluster, and with
 * `externalArtifacts` also ExternalArtifact.
 */
export function kustomizationController(
  options: KustomizationControllerOptions,
): ControllerBuilder<Kustomization> {
  const {
    concurrency = 4,
    retries,
    selection,
    configSelector = 'reconcile.fluxcd.io/watch=Enabled',
    watchConfigs = true,
    buildBudget,
    externalArtifacts = false,
    ...rest
  } = options;
  const workers = new BuildWorkers(concurrency, buildBudget);
  const reconciler = new KustomizationReconciler({
    fieldManager: 'kustomize-controller',
    fetchRetries: 9,
    requeueDependencyMs: 30_000,
    noCrossNamespaceRefs: false,
    overrideManagers: [],
    concurrentApplies: 4,
    strictSubstitution: true,
    directSourceFetch: false,
    failFast: true,
    cancelHealthCheckOnNewRevision: false,
    jitterPercent: 5,
    healthPollMs: 5000,
    builder: workers,
    externalArtifacts,
    ...rest,
  });
  let builder = controller(Kustomization, reconciler)
    .when(predicates.or(predicates.generationChanged, predicates.reconcileRequested))
    .indexedBy(BY_SOURCE, (object) => [sourceKey(object)])
    .indexedBy(BY_CONFIG, configKeys)
    .triggeredBy(async (_enqueue, signal) => workers.endWith(signal))
    .concurrency(concurrency);
  for (const kind of sourceKinds(externalArtifacts))
    builder = builder.watches(kind, consumersOf, { predicate: predicates.changed(contentOf) });
  for (const kind of watchConfigs ? ['ConfigMap', 'Secret'] : []) {
    builder = builder.watches(
      kindOf(`v1`, kind),
      ({ metadata }, { cache }) =>
        keysOf(
          cache.byIndex(
            Kustomization,
            BY_CONFIG,
            refString({ kind, name: metadata.name ?? '', namespace: metadata.namespace ?? '' }),
          ),
        ),
      { labelSelector: configSelector, metadataOnly: true, predicate: predicates.resourceVersionChanged },
    );
  }
  if (retries) builder = builder.retries(retries);
  if (selection) builder = builder.selecting(selection);
  return builder;
}

function configKeys(object: Kustomization): string[] {
  const namespace = object.metadata.namespace ?? '';
  const references = [
    ...(object.spec.postBuild?.substituteFrom ?? []),
    ...(object.spec.kubeConfig?.secretRef
      ? [{ kind: 'Secret', name: object.spec.kubeConfig.secretRef.name }]
      : []),
  ];
  return references.map(({ kind, name }) => refString({ kind, name, namespace }));
}
