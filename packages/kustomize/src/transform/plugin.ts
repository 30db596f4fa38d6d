import { gvkString } from '../accumulate/gvk.ts';
import { idString } from '../accumulate/resource-id.ts';
import type { ResourceNode } from '../accumulate/resource-node.ts';
import { KustomizeError } from '../errors.ts';
import { generateConfigMap } from '../generate/config-map.ts';
import { appendHashes } from '../generate/hash.ts';
import { generateHelmChart } from '../generate/helm-chart.ts';
import { generateIamPolicy, iamPolicyArgs } from '../generate/iam-policy.ts';
import { generateSecret } from '../generate/secret.ts';
import {
  DecodeError,
  type Decoder,
  flag,
  listOf,
  optional,
  structure,
  text,
  textMap,
} from '../load/decode.ts';
import type { ImageArgs, PatchArgs, ReplacementArgs, ReplicaArgs } from '../load/kustomization.ts';
import {
  configMapArgs,
  helmGeneratorArgs,
  imageArgs,
  patchArgs,
  replacementArgs,
  replicaArgs,
  secretArgs,
} from '../load/kustomization-fields.ts';
import {
  type FieldSpecFields,
  fieldSpecFields,
  type SelectorFields,
  selectorFields,
  toFieldSpec,
} from '../load/selector-fields.ts';
import { addEntries } from './add-entries.ts';
import { addValue, valueAddArgs, valueTargetFile } from './add-value.ts';
import {
  jsonPatchFrom,
  LENIENT,
  readConfigFile,
  replacementsFrom,
  strategicMergeFrom,
} from './builtin-configs.ts';
import type { FieldSpec } from './field-spec.ts';
import { affixNames } from './name-affix.ts';
import { patchResources } from './patch.ts';
import { setImages } from './set-images.ts';
import { setNamespace, type SubjectMode } from './set-namespace.ts';
import { setReplicas } from './set-replicas.ts';
import type { TransformerContext } from './transformer-context.ts';
import type { Transformer } from './transformer.ts';

type MakeTransformer = (config: ResourceNode, context: TransformerContext) => Transformer;
type MakeGenerator = (config: ResourceNode, context: TransformerContext) => () => readonly ResourceNode[];

/** A resource that configures a generator, as `generators` name it. @throws KustomizeError */
export function generatorFrom(
  config: ResourceNode,
  context: TransformerContext,
): () => readonly ResourceNode[] {
  return configure(config, () => {
    const make = GENERATORS.get(config.kind);
    if (make) return make(config, ownContext(config, context));
    throw unusable(config, TRANSFORMERS.has(config.kind) ? 'not a generator' : undefined);
  });
}

/** A resource that configures a transformer, as `transformers` and `validators` name it. @throws KustomizeError */
export function transformerFrom(config: ResourceNode, context: TransformerContext): Transformer {
  return configure(config, () => {
    const make = TRANSFORMERS.get(config.kind);
    if (make) return make(config, ownContext(config, context));
    throw unusable(config, GENERATORS.has(config.kind) ? 'not a transformer' : undefined);
  });
}

/** What the resource configures is at the resource. */
function ownContext(config: ResourceNode, context: TransformerContext): TransformerContext {
  return { ...context, place: () => config.place ?? context.place() };
}

function configure<T>(config: ResourceNode, make: () => T): T {
  if (config.apiVersion !== 'builtin') {
    throw new KustomizeError(
      'KUSTOMIZE_PLUGIN_REFUSED',
      `external plugins disabled; unable to load external plugin '${config.kind}'`,
      {
        object: config.ref,
        ...config.place,
        hint: 'KRM functions, exec and Go plugins are programs and are never run. Only `apiVersion: builtin` is supported.',
      },
    );
  }
  try {
    return make();
  } catch (error) {
    if (!(error instanceof KustomizeError) || error.code === 'KUSTOMIZE_PLUGIN_REFUSED') throw error;
    const summary = `plugin ${idString(config.originalId)} fails configuration: ${error.summary}`;
    throw error.reworded(summary).within(config.toString(), { ...config.place, ref: config.ref });
  }
}

function unusable(config: ResourceNode, problem: string | undefined): KustomizeError {
  const summary = problem
    ? `plugin ${idString(config.originalId)} ${problem}`
    : `unable to load builtin ${gvkString(config.gvk)}`;
  return new KustomizeError('KUSTOMIZE_PLUGIN_REFUSED', summary, {
    object: config.ref,
    ...config.place,
  });
}

function read<T>(config: ResourceNode, decoder: Decoder<T>): T {
  try {
    return decoder(config.value, [], LENIENT);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new KustomizeError('KUSTOMIZE_INVALID_CONFIG', `error unmarshaling JSON: ${error.summary}`, {
      cause: error,
    });
  }
}

const specsField = listOf(fieldSpecFields);

function specsOf(fields: readonly FieldSpecFields[] | undefined): readonly FieldSpec[] {
  return (fields ?? []).map(toFieldSpec);
}

interface WithSpecs {
  readonly fieldSpecs?: readonly FieldSpecFields[] | undefined;
}
interface EntriesConfig extends WithSpecs {
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}
interface AffixConfig extends WithSpecs {
  readonly prefix?: string;
  readonly suffix?: string;
}
interface NamespaceConfig extends WithSpecs {
  readonly metadata?: { readonly namespace?: string };
  readonly unsetOnly?: boolean;
  readonly setRoleBindingSubjects?: string;
}

const entriesConfig = structure<EntriesConfig>({
  annotations: textMap,
  labels: textMap,
  fieldSpecs: specsField,
});
const affixConfig = structure<AffixConfig>({ prefix: text, suffix: text, fieldSpecs: specsField });
const namespaceConfig = structure<NamespaceConfig>({
  metadata: structure<NonNullable<NamespaceConfig['metadata']>>({ namespace: text }),
  fieldSpecs: specsField,
  unsetOnly: flag,
  setRoleBindingSubjects: text,
});
const imageConfig = structure<WithSpecs & { readonly imageTag?: ImageArgs }>({
  imageTag: imageArgs,
  fieldSpecs: specsField,
});
const replicaConfig = structure<WithSpecs & { readonly replica?: ReplicaArgs }>({
  replica: replicaArgs,
  fieldSpecs: specsField,
});
const replacementConfig = structure<{ readonly replacements?: readonly ReplacementArgs[] | undefined }>({
  replacements: listOf(replacementArgs),
});
const mergeConfig = structure<{ readonly paths?: readonly string[] | undefined; readonly patches?: string }>({
  paths: listOf(text),
  patches: text,
});
const jsonConfig = structure<{
  readonly target?: SelectorFields | undefined;
  readonly path?: string;
  readonly jsonOp?: string;
}>({
  target: optional(selectorFields),
  path: text,
  jsonOp: text,
});

function affix(side: 'prefix' | 'suffix'): MakeTransformer {
  return (config) => {
    const settings = read(config, affixConfig);
    if (!settings.fieldSpecs)
      throw new KustomizeError('KUSTOMIZE_INVALID_CONFIG', 'fieldSpecs is not expected to be nil');
    return affixNames(side, settings[side] ?? '', specsOf(settings.fieldSpecs));
  };
}

const SUBJECT_MODES: readonly string[] = ['defaultOnly', 'none', 'allServiceAccounts'];

const namespaceTransformer: MakeTransformer = (config) => {
  const { metadata, fieldSpecs, unsetOnly = false, setRoleBindingSubjects } = read(config, namespaceConfig);
  const subjects = setRoleBindingSubjects || 'defaultOnly';
  if (!SUBJECT_MODES.includes(subjects)) {
    throw new KustomizeError(
      'KUSTOMIZE_INVALID_CONFIG',
      `invalid value "${subjects}" for setRoleBindingSubjects: must be one of "defaultOnly", "none" or "allServiceAccounts"`,
    );
  }
  return setNamespace(metadata?.namespace ?? '', {
    specs: specsOf(fieldSpecs),
    unsetOnly,
    subjects: subjects as SubjectMode,
  });
};

const valueTransformer: MakeTransformer = (config, context) => {
  const { value = '', targets, targetFilePath } = read(config, valueAddArgs);
  const more = targetFilePath ? readConfigFile(targetFilePath, valueTargetFile, context).targets : undefined;
  return addValue(value.trim() || context.loader.directoryName, [...(targets ?? []), ...(more ?? [])]);
};

function inTurn(...transformers: readonly Transformer[]): Transformer {
  return {
    transform(resources) {
      for (const transformer of transformers) transformer.transform(resources);
    },
  };
}

const TRANSFORMERS: ReadonlyMap<string, MakeTransformer> = new Map<string, MakeTransformer>([
  [
    'AnnotationsTransformer',
    (config) => {
      const { annotations, fieldSpecs } = read(config, entriesConfig);
      return addEntries(annotations, specsOf(fieldSpecs));
    },
  ],
  [
    'LabelTransformer',
    (config) => {
      const { labels, fieldSpecs } = read(config, entriesConfig);
      return addEntries(labels, specsOf(fieldSpecs));
    },
  ],
  ['NamespaceTransformer', namespaceTransformer],
  ['PrefixTransformer', affix('prefix')],
  ['SuffixTransformer', affix('suffix')],
  [
    'PrefixSuffixTransformer',
    (config, context) => inTurn(affix('prefix')(config, context), affix('suffix')(config, context)),
  ],
  [
    'ImageTagTransformer',
    (config) => {
      const { imageTag = {}, fieldSpecs } = read(config, imageConfig);
      return setImages(imageTag, specsOf(fieldSpecs));
    },
  ],
  [
    'ReplicaCountTransformer',
    (config) => {
      const { replica = {}, fieldSpecs } = read(config, replicaConfig);
      return setReplicas(replica, specsOf(fieldSpecs));
    },
  ],
  ['PatchTransformer', (config, context) => patchResources(read<PatchArgs>(config, patchArgs), context)],
  [
    'PatchStrategicMergeTransformer',
    (config, context) => {
      const { paths = [], patches = '' } = read(config, mergeConfig);
      return strategicMergeFrom(paths, patches, context);
    },
  ],
  [
    'PatchJson6902Transformer',
    (config, context) => {
      const { target, path = '', jsonOp = '' } = read(config, jsonConfig);
      return jsonPatchFrom({ target, path, patch: jsonOp }, context);
    },
  ],
  [
    'ReplacementTransformer',
    (config, context) => replacementsFrom(read(config, replacementConfig).replacements ?? [], context),
  ],
  ['ValueAddTransformer', valueTransformer],
  ['HashTransformer', () => appendHashes()],
]);

/** Name and namespace may stand under `metadata` too. */
function withMetadata<T extends { readonly name?: string; readonly namespace?: string }>(
  args: T,
  config: ResourceNode,
): T {
  return { ...args, name: args.name || config.name, namespace: args.namespace || config.namespace };
}

const GENERATORS: ReadonlyMap<string, MakeGenerator> = new Map<string, MakeGenerator>([
  [
    'ConfigMapGenerator',
    (config, context) => {
      const args = withMetadata(read(config, configMapArgs), config);
      return () => [generateConfigMap(args, context)];
    },
  ],
  [
    'SecretGenerator',
    (config, context) => {
      const args = withMetadata(read(config, secretArgs), config);
      return () => [generateSecret(args, context)];
    },
  ],
  [
    'IAMPolicyGenerator',
    (config) => {
      const args = read(config, iamPolicyArgs);
      return () => [generateIamPolicy(args)];
    },
  ],
  [
    'HelmChartInflationGenerator',
    (config, context) => {
      const args = read(config, helmGeneratorArgs);
      return () => generateHelmChart(args, context);
    },
  ],
]);
