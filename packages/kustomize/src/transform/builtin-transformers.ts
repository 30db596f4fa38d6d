import { inStep, KustomizeError } from '../errors.ts';
import type { Kustomization, LabelArgs } from '../load/kustomization.ts';
import { toFieldSpec } from '../load/selector-fields.ts';
import type { TransformerConfig } from '../load/transformer-config.ts';
import { addEntries } from './add-entries.ts';
import { jsonPatchFrom, replacementsFrom, strategicMergeFrom } from './builtin-configs.ts';
import { type FieldSpec, fieldSpec, mergeFieldSpecs } from './field-spec.ts';
import { affixNames } from './name-affix.ts';
import { patchResources } from './patch.ts';
import { setImages } from './set-images.ts';
import { setNamespace } from './set-namespace.ts';
import { setReplicas } from './set-replicas.ts';
import type { TransformerContext } from './transformer-context.ts';
import type { Transformer } from './transformer.ts';

/** A transformer with what `buildMetadata` calls it. */
export interface NamedTransformer {
  readonly kind: string;
  /** What it is in the kustomization: `patch 2`, `namePrefix`. */
  readonly step: string;
  readonly transformer: Transformer;
}

/** The transformers that a kustomization's own fields ask for, in the order in which they run. */
export function builtinTransformers(
  kustomization: Kustomization,
  config: TransformerConfig,
  contextOf: (path: readonly (string | number)[]) => TransformerContext,
): NamedTransformer[] {
  const transformers: NamedTransformer[] = [];
  const add = (kind: string, step: string, settings: unknown, make: () => Transformer): void => {
    transformers.push({ kind, step, transformer: configure(kind, step, settings, make) });
  };
  const k = kustomization;
  if (k.patchesStrategicMerge?.length) {
    const paths = k.patchesStrategicMerge;
    add('PatchStrategicMergeTransformer', 'patchesStrategicMerge', { paths }, () =>
      strategicMergeFrom(paths, '', contextOf(['patchesStrategicMerge'])),
    );
  }
  for (const [i, patch] of (k.patches ?? []).entries()) {
    add('PatchTransformer', `patch ${i + 1}`, patch, () => patchResources(patch, contextOf(['patches', i])));
  }
  if (k.namespace) {
    const { namespace } = k;
    add('NamespaceTransformer', 'namespace', { namespace }, () =>
      setNamespace(namespace, { specs: config.namespace }),
    );
  }
  for (const side of ['prefix', 'suffix'] as const) {
    const field = side === 'prefix' ? 'namePrefix' : 'nameSuffix';
    const affix = k[field];
    const kind = side === 'prefix' ? 'PrefixTransformer' : 'SuffixTransformer';
    if (affix) add(kind, field, { [side]: affix }, () => affixNames(side, affix, config[field]));
  }
  addLabels(k, config, add);
  if (k.commonAnnotations && Object.keys(k.commonAnnotations).length > 0) {
    const annotations = k.commonAnnotations;
    add('AnnotationsTransformer', 'commonAnnotations', { annotations }, () =>
      addEntries(annotations, config.commonAnnotations),
    );
  }
  for (const [i, patch] of (k.patchesJson6902 ?? []).entries()) {
    add('PatchJson6902Transformer', `JSON patch ${i + 1}`, patch, () =>
      jsonPatchFrom(patch, contextOf(['patchesJson6902', i])),
    );
  }
  for (const replica of k.replicas ?? []) {
    add('ReplicaCountTransformer', `replicas of ${replica.name ?? ''}`, { replica }, () =>
      setReplicas(replica, config.replicas),
    );
  }
  for (const image of k.images ?? []) {
    add('ImageTagTransformer', `image ${image.name ?? ''}`, { imageTag: image }, () =>
      setImages(image, config.images),
    );
  }
  if (k.replacements?.length) {
    const { replacements } = k;
    add('ReplacementTransformer', 'replacements', { replacements }, () =>
      replacementsFrom(replacements, contextOf(['replacements'])),
    );
  }
  return transformers;
}

function addLabels(
  k: Kustomization,
  config: TransformerConfig,
  add: (kind: string, step: string, settings: unknown, make: () => Transformer) => void,
): void {
  const commonLabels = k.commonLabels ?? {};
  if (!k.labels?.length && Object.keys(commonLabels).length === 0) return;
  for (const [i, label] of (k.labels ?? []).entries()) {
    add('LabelTransformer', `labels ${i + 1}`, label, () =>
      addEntries(label.pairs, labelSpecs(label, config)),
    );
  }
  add('LabelTransformer', 'commonLabels', { labels: commonLabels }, () =>
    addEntries(commonLabels, config.commonLabels),
  );
}

function labelSpecs(label: LabelArgs, config: TransformerConfig): readonly FieldSpec[] {
  try {
    const specs = mergeFieldSpecs((label.fields ?? []).map(toFieldSpec), config.labels);
    if (label.includeSelectors) return mergeFieldSpecs(specs, config.commonLabels);
    const inTemplates = label.includeTemplates ? mergeFieldSpecs(specs, config.templateLabels) : specs;
    return mergeFieldSpecs(inTemplates, [fieldSpec('metadata/labels', true)]);
  } catch (error) {
    throw error instanceof KustomizeError
      ? error.reworded(`failed to merge labels: ${error.summary}`)
      : error;
  }
}

function configure(kind: string, step: string, settings: unknown, make: () => Transformer): Transformer {
  return inStep(step, () => {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof KustomizeError)) throw error;
      throw error.reworded(
        `trouble configuring builtin ${kind} with config: \`${shorten(JSON.stringify(settings))}\`: ${error.summary}`,
      );
    }
  });
}

/** A patch can be long, and a message ends up in a condition or on one line of a log. */
function shorten(text: string): string {
  return text.length <= 300 ? text : `${text.slice(0, 299)}…`;
}
