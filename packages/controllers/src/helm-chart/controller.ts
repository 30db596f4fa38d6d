import { Bucket, GitRepository, HelmChart, HelmRepository } from '@gitops-toolkit/api';
import { getOwn, type KubeObject } from '@gitops-toolkit/core';
import {
  controller,
  type ControllerBuilder,
  indexValue,
  keyOf,
  type MapContext,
  type ObjectKey,
  predicates,
} from '@gitops-toolkit/runtime';
import type { SharedControllerOptions } from '../shared-options.ts';
import { sourceDefaults } from '../source/source-options.ts';
import type { HelmChartOptions } from './options.ts';
import { HelmChartReconciler } from './reconcile.ts';

/** How {@link helmChartController} is made: only the storage and the trees have no default. */
export type HelmChartControllerOptions = Partial<HelmChartOptions> &
  Pick<HelmChartOptions, 'storage' | 'trees'> &
  SharedControllerOptions;

/** Charts by their source. */
const BY_SOURCE = 'source';

/**
 * The controller of `HelmChart` objects, for a manager.
 *
 * It runs an object when its spec changes, when somebody asks by annotation, every `spec.interval`, and when its source has a
 * new artifact. HelmRepository, GitRepository and Bucket have to be known to the cluster.
 */
export function helmChartController(options: HelmChartControllerOptions): ControllerBuilder<HelmChart> {
  const { concurrency = 2, retries, selection, ...rest } = options;
  let builder = controller(HelmChart, new HelmChartReconciler({ ...sourceDefaults, ...rest }))
    .when(predicates.or(predicates.generationChanged, predicates.reconcileRequested))
    .indexedBy(BY_SOURCE, ({ metadata, spec }) => [
      `${spec.sourceRef.kind}/${metadata.namespace ?? ''}/${spec.sourceRef.name}`,
    ])
    .concurrency(concurrency);
  for (const kind of [HelmRepository, GitRepository, Bucket])
    builder = builder.watches<KubeObject>(kind, outdatedCharts, {
      predicate: predicates.changed(revisionOf),
    });
  if (retries) builder = builder.retries(retries);
  if (selection) builder = builder.selecting(selection);
  return builder;
}

/** Those that were not made of the artifact that the source has now. */
function outdatedCharts(source: KubeObject, { cache }: MapContext): ObjectKey[] {
  const revision = revisionOf(source);
  if (revision === undefined) return [];
  return cache
    .byIndex(HelmChart, BY_SOURCE, indexValue(source))
    .filter((chart) => chart.status?.observedSourceArtifactRevision !== revision)
    .map((chart) => keyOf(chart));
}

function revisionOf(source: KubeObject): unknown {
  return getOwn(getOwn(source['status'], 'artifact'), 'revision');
}
