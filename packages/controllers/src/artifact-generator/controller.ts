import { ArtifactGenerator, ExternalArtifact } from '@gitops-toolkit/api';
import type { KubeObject } from '@gitops-toolkit/core';
import { getOwn } from '@gitops-toolkit/core';
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
import { type ArtifactGeneratorOptions, generatorDefaults } from './options.ts';
import { ArtifactGeneratorReconciler } from './reconcile.ts';
import { sourceKinds } from './source-artifacts.ts';
import { RECONCILE_ANNOTATION } from './well-known.ts';

/** How {@link artifactGeneratorController} is made: only the storage and the trees have no default. */
export type ArtifactGeneratorControllerOptions = Partial<ArtifactGeneratorOptions> &
  Pick<ArtifactGeneratorOptions, 'storage' | 'trees'> &
  SharedControllerOptions & {
    /** Milliseconds that one run may take. @default 10 minutes */
    readonly reconcileTimeoutMs?: number;
  };

/** Generators by their sources. */
const BY_SOURCE = 'source';

/**
 * The controller of `ArtifactGenerator` objects, for a manager: what source-watcher is in Flux.
 *
 * It runs an object when its spec changes, when somebody asks or enables it by annotation, every hour, when one of its
 * sources has a new artifact, and when one of its ExternalArtifacts is deleted. All five kinds of sources have to be known to the cluster.
 */
export function artifactGeneratorController(
  options: ArtifactGeneratorControllerOptions,
): ControllerBuilder<ArtifactGenerator> {
  const { concurrency = 10, retries, selection, reconcileTimeoutMs = 600_000, ...rest } = options;
  const reconciler = new ArtifactGeneratorReconciler({ ...generatorDefaults, ...rest });
  let builder = controller(ArtifactGenerator, reconciler)
    .when(
      predicates.or(
        predicates.generationChanged,
        predicates.reconcileRequested,
        predicates.annotationChanged(RECONCILE_ANNOTATION),
      ),
    )
    .indexedBy(BY_SOURCE, ({ metadata, spec }) =>
      spec.sources.map(
        ({ kind, name, namespace }) => `${kind}/${namespace ?? metadata.namespace ?? ''}/${name}`,
      ),
    )
    .timeout(reconcileTimeoutMs)
    .concurrency(concurrency);
  for (const kind of sourceKinds)
    builder = builder.watches(kind, kind === ExternalArtifact ? concernedByArtifact : madeFrom, {
      predicate: predicates.changed((source) => {
        const artifact = getOwn(source['status'], 'artifact');
        return [getOwn(artifact, 'revision'), getOwn(artifact, 'digest')];
      }),
    });
  if (retries) builder = builder.retries(retries);
  if (selection) builder = builder.selecting(selection);
  return builder;
}

function madeFrom(source: KubeObject, { cache }: MapContext): ObjectKey[] {
  return cache.byIndex(ArtifactGenerator, BY_SOURCE, indexValue(source)).map((each) => keyOf(each));
}

/** An ExternalArtifact is a source, too; one that is gone, its generator has to make anew. */
function concernedByArtifact(object: KubeObject, context: MapContext): ObjectKey[] {
  const consumers = madeFrom(object, context);
  if (context.cache.get(ExternalArtifact, keyOf(object))) return consumers;
  const { namespace = '' } = object.metadata;
  const maker = getOwn(object['spec'], 'sourceRef');
  const name = getOwn(maker, 'name');
  const isGenerated = getOwn(maker, 'kind') === ArtifactGenerator.kind && typeof name === 'string';
  return isGenerated ? [...consumers, { namespace, name }] : consumers;
}
