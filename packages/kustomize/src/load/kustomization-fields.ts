import {
  anyMap,
  type Decoder,
  flag,
  integer,
  listOf,
  optional,
  optionalText,
  structure,
  text,
  textMap,
} from './decode.ts';
import type {
  ConfigMapArgs,
  FieldOptions,
  GeneratorOptions,
  HelmChartArgs,
  HelmGlobals,
  ImageArgs,
  Kustomization,
  LabelArgs,
  LegacyHelmChartArgs,
  PatchArgs,
  ReplacementArgs,
  ReplacementSource,
  ReplacementTarget,
  ReplicaArgs,
  SecretArgs,
  SortOptions,
  VarArgs,
} from './kustomization.ts';
import { fieldSpecFields, selectorFields } from './selector-fields.ts';

const texts = listOf(text);

const generatorOptions = structure<GeneratorOptions>(
  {
    labels: textMap,
    annotations: textMap,
    disableNameSuffixHash: flag,
    immutable: flag,
  },
  'GeneratorOptions',
);

const configMapFields = {
  name: text,
  namespace: text,
  behavior: text,
  literals: texts,
  files: texts,
  envs: texts,
  env: text,
  options: optional(generatorOptions),
};
export const configMapArgs: Decoder<ConfigMapArgs> = structure<ConfigMapArgs>(
  configMapFields,
  'ConfigMapArgs',
);
export const secretArgs: Decoder<SecretArgs> = structure<SecretArgs>(
  { ...configMapFields, type: text },
  'SecretArgs',
);

export const patchArgs: Decoder<PatchArgs> = structure<PatchArgs>(
  {
    path: text,
    patch: text,
    target: optional(selectorFields),
    options: optional(
      structure<NonNullable<PatchArgs['options']>>(
        { allowNameChange: flag, allowKindChange: flag },
        'PatchArgs',
      ),
    ),
  },
  'Patch',
);

const labelArgs = structure<LabelArgs>(
  {
    pairs: textMap,
    includeSelectors: flag,
    includeTemplates: flag,
    fields: listOf(fieldSpecFields),
  },
  'Label',
);

export const imageArgs: Decoder<ImageArgs> = structure<ImageArgs>(
  {
    name: text,
    newName: text,
    newTag: text,
    tagSuffix: text,
    digest: text,
  },
  'Image',
);

export const replicaArgs: Decoder<ReplicaArgs> = structure<ReplicaArgs>(
  { name: text, count: integer },
  'Replica',
);

const fieldOptions = optional(
  structure<FieldOptions>({ delimiter: text, index: integer, encoding: text, create: flag }, 'FieldOptions'),
);

export const replacementArgs: Decoder<ReplacementArgs> = structure<ReplacementArgs>(
  {
    path: text,
    sourceValue: optionalText,
    source: optional(
      structure<ReplacementSource>(
        {
          group: text,
          version: text,
          kind: text,
          name: text,
          namespace: text,
          fieldPath: text,
          options: fieldOptions,
        },
        'SourceSelector',
      ),
    ),
    targets: listOf(
      structure<ReplacementTarget>(
        {
          select: optional(selectorFields),
          reject: listOf(selectorFields),
          fieldPaths: texts,
          options: fieldOptions,
        },
        'TargetSelector',
      ),
    ),
  },
  'ReplacementField',
);

const varArgs = structure<VarArgs>(
  {
    name: text,
    objref: structure<NonNullable<VarArgs['objref']>>(
      {
        apiVersion: text,
        group: text,
        version: text,
        kind: text,
        name: text,
        namespace: text,
      },
      'Target',
    ),
    fieldref: structure<NonNullable<VarArgs['fieldref']>>({ fieldPath: text }, 'FieldSelector'),
  },
  'Var',
);

const sortOptions = structure<SortOptions>(
  {
    order: text,
    legacySortOptions: optional(
      structure<NonNullable<SortOptions['legacySortOptions']>>(
        { orderFirst: texts, orderLast: texts },
        'LegacySortOptions',
      ),
    ),
  },
  'SortOptions',
);

const helmGlobalFields = { chartHome: text, configHome: text };
const helmChartFields = {
  name: text,
  version: text,
  repo: text,
  releaseName: text,
  namespace: text,
  additionalValuesFiles: texts,
  valuesFile: text,
  valuesInline: anyMap,
  valuesMerge: text,
  includeCRDs: flag,
  skipHooks: flag,
  apiVersions: texts,
  kubeVersion: text,
  nameTemplate: text,
  skipTests: flag,
  debug: flag,
  devel: flag,
};

/** A HelmChartInflationGenerator's configuration: the chart and the globals in one. */
export const helmGeneratorArgs: Decoder<HelmChartArgs & HelmGlobals> = structure<HelmChartArgs & HelmGlobals>(
  {
    ...helmGlobalFields,
    ...helmChartFields,
  },
);

const legacyHelmChartArgs = structure<LegacyHelmChartArgs>(
  {
    chartName: text,
    chartVersion: text,
    chartRepoUrl: text,
    chartHome: text,
    chartRepoName: text,
    helmBin: text,
    helmHome: text,
    values: text,
    valuesLocal: anyMap,
    valuesMerge: text,
    releaseName: text,
    releaseNamespace: text,
    extraArgs: texts,
  },
  'HelmChartArgs',
);

/** The fields of a `kustomization.yaml`. */
export const kustomizationFields: Decoder<Kustomization> = structure<Kustomization>({
  apiVersion: text,
  kind: text,
  metadata: anyMap,
  openapi: textMap,
  namePrefix: text,
  nameSuffix: text,
  namespace: text,
  commonLabels: textMap,
  labels: listOf(labelArgs),
  commonAnnotations: textMap,
  patchesStrategicMerge: texts,
  patchesJson6902: listOf(patchArgs),
  patches: listOf(patchArgs),
  images: listOf(imageArgs),
  imageTags: listOf(imageArgs),
  replacements: listOf(replacementArgs),
  replicas: listOf(replicaArgs),
  vars: listOf(varArgs),
  sortOptions: optional(sortOptions),
  resources: texts,
  components: texts,
  crds: texts,
  bases: texts,
  configMapGenerator: listOf(configMapArgs),
  secretGenerator: listOf(secretArgs),
  helmGlobals: optional(structure<HelmGlobals>(helmGlobalFields, 'HelmGlobals')),
  helmCharts: listOf(structure<HelmChartArgs>(helmChartFields, 'HelmChart')),
  helmChartInflationGenerator: listOf(legacyHelmChartArgs),
  generatorOptions: optional(generatorOptions),
  configurations: texts,
  generators: texts,
  transformers: texts,
  validators: texts,
  buildMetadata: texts,
});
