import { inStep, KustomizeError, type Place } from '../errors.ts';
import type { Kustomization, LabelArgs } from '../load/kustomization.ts';
import { toFieldSpec } from '../load/selector-fields.ts';
import type { TransformerConfig } from '../load/transformer-config.ts';
import { warningUnchanged } from '../extend/warn-unchanged.ts';
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
  /** Where it was configured. */
  readonly place: () => Place;
}

/** Adds a transformer; `make` gets the context of its entry. */
type Add = (
  kind: string,
  step: string,
  path: readonly (string | number)[],
  settings: unknown,
  make: (context: TransformerContext) => Transformer,
) => void;

/** The transformers that a kustomization's own fields ask for, in the order in which they run. */
export function builtinTransformers(
  kustomization: Kustomization,
  config: TransformerConfig,
  contextOf: (path: readonly (string | number)[]) => TransformerContext,
): NamedTransformer[] {
  const transformers: NamedTransformer[] = [];
  const add: Add = (kind, step, path, settings, make) => {
    const context = contextOf(path);
    const { place } = context;
    const transformer = configure(kind, step, settings, place, () => make(context));
    transformers.push({ kind, step, transformer, place });
  };
  const k = kustomization;
  if (k.patchesStrategicMerge?.length) {
    const paths = k.patchesStrategicMerge;
    add(
      'PatchStrategicMergeTransformer',
      'patchesStrategicMerge',
      ['patchesStrategicMerge'],
      { paths },
      (context) => warningUnchanged(strategicMergeFrom(paths, '', context), 'patchesStrategicMerge', context),
    );
  }
  for (const [i, patch] of (k.patches ?? []).entries()) {
    add('PatchTransformer', `patch ${i + 1}`, ['patches', i], patch, (context) =>
      warningUnchanged(patchResources(patch, context), `patch ${i + 1}`, context),
    );
  }
  if (k.namespace) {
    const { namespace } = k;
    add('NamespaceTransformer', 'namespace', ['namespace'], { namespace }, () =>
      setNamespace(namespace, { specs: config.namespace }),
    );
  }
  for (const side of ['prefix', 'suffix'] as const) {
    const field = side === 'prefix' ? 'namePrefix' : 'nameSuffix';
    const affix = k[field];
    const kind = side === 'prefix' ? 'PrefixTransformer' : 'SuffixTransformer';
    if (affix) add(kind, field, [field], { [side]: affix }, () => affixNames(side, affix, config[field]));
  }
  addLabels(k, config, add);
  if (k.commonAnnotations && Object.keys(k.commonAnnotations).length > 0) {
    const annotations = k.commonAnnotations;
    add('AnnotationsTransformer', 'commonAnnotations', ['commonAnnotations'], { annotations }, () =>
      addEntries(annotations, config.commonAnnotations),
    );
  }
  for (const [i, patch] of (k.patchesJson6902 ?? []).entries()) {
    add('PatchJson6902Transformer', `JSON patch ${i + 1}`, ['patchesJson6902', i], patch, (context) =>
      warningUnchanged(jsonPatchFrom(patch, context), `JSON patch ${i + 1}`, context),
    );
  }
  for (const [i, replica] of (k.replicas ?? []).entries()) {
    add('ReplicaCountTransformer', `replicas of ${replica.name ?? ''}`, ['replicas', i], { replica }, () =>
      setReplicas(replica, config.replicas),
    );
  }
  for (const [i, image] of (k.images ?? []).entries()) {
    add('ImageTagTransformer', `image ${image.name ?? ''}`, ['images', i], { imageTag: image }, () =>
      setImages(image, config.images),
    );
  }
  if (k.replacements?.length) {
    const { replacements } = k;
    add('ReplacementTransformer', 'replacements', ['replacements'], { replacements }, (context) =>
      replacementsFrom(replacements, context),
    );
  }
  return transformers;
}

function addLabels(k: Kustomization, config: TransformerConfig, add: Add): void {
  const commonLabels = k.commonLabels ?? {};
  if (!k.labels?.length && Object.keys(commonLabels).length === 0) return;
  for (const [i, label] of (k.labels ?? []).entries()) {
    add('LabelTransformer', `labels ${i + 1}`, ['labels', i], label, () =>
      addEntries(label.pairs, labelSpecs(label, config)),
    );
  }
  add('LabelTransformer', 'commonLabels', ['commonLabels'], { labels: commonLabels }, () =>
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

function configure(
  kind: string,
  step: string,
  settings: unknown,
  place: () => Place,
  make: () => Transformer,
): Transformer {
  const run = (): Transformer => {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof KustomizeError)) throw error;
      throw error.reworded(
        `trouble configuring builtin ${kind} with config: \`${shorten(JSON.stringify(settings))}\`: ${error.summary}`,
      );
    }
  };
  return inStep(step, run, place);
}

/** A patch can be long, and a message ends up in a condition or on one line of a log. */
function shorten(text: string): string {
  return text.length <= 300 ? text : `${text.slice(0, 299)}…`;
}
