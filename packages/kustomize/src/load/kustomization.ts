import type { FieldSpecFields, SelectorFields } from './selector-fields.ts';

/** How the generators' results look. */
export interface GeneratorOptions {
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly disableNameSuffixHash?: boolean;
  readonly immutable?: boolean;
}

/** An entry of `configMapGenerator`. */
export interface ConfigMapArgs {
  readonly name?: string;
  readonly namespace?: string;
  readonly behavior?: string;
  readonly literals?: readonly string[] | undefined;
  readonly files?: readonly string[] | undefined;
  readonly envs?: readonly string[] | undefined;
  readonly env?: string;
  readonly options?: GeneratorOptions | undefined;
}

/** An entry of `secretGenerator`. */
export interface SecretArgs extends ConfigMapArgs {
  readonly type?: string;
}

/** An entry of `patches` or `patchesJson6902`. */
export interface PatchArgs {
  readonly path?: string;
  readonly patch?: string;
  readonly target?: SelectorFields | undefined;
  readonly options?: { readonly allowNameChange?: boolean; readonly allowKindChange?: boolean } | undefined;
}

/** An entry of `labels`. */
export interface LabelArgs {
  readonly pairs?: Readonly<Record<string, string>> | undefined;
  readonly includeSelectors?: boolean;
  readonly includeTemplates?: boolean;
  readonly fields?: readonly FieldSpecFields[] | undefined;
}

/** An entry of `images`. */
export interface ImageArgs {
  readonly name?: string;
  readonly newName?: string;
  readonly newTag?: string;
  readonly tagSuffix?: string;
  readonly digest?: string;
}

/** An entry of `replicas`. */
export interface ReplicaArgs {
  readonly name?: string;
  readonly count?: number;
}

/** How a replacement treats the text at its end. */
export interface FieldOptions {
  readonly delimiter?: string;
  readonly index?: number;
  readonly encoding?: string;
  readonly create?: boolean;
}

/** Where a replacement takes its value from. */
export interface ReplacementSource {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly fieldPath?: string;
  readonly options?: FieldOptions | undefined;
}

/** Where a replacement puts its value. */
export interface ReplacementTarget {
  readonly select?: SelectorFields | undefined;
  readonly reject?: readonly SelectorFields[] | undefined;
  readonly fieldPaths?: readonly string[] | undefined;
  readonly options?: FieldOptions | undefined;
}

/** An entry of `replacements`. */
export interface ReplacementArgs {
  readonly path?: string;
  readonly source?: ReplacementSource | undefined;
  readonly sourceValue?: string | undefined;
  readonly targets?: readonly ReplacementTarget[] | undefined;
}

/** An entry of `vars`. */
export interface VarArgs {
  readonly name?: string;
  readonly objref?: {
    readonly apiVersion?: string;
    readonly group?: string;
    readonly version?: string;
    readonly kind?: string;
    readonly name?: string;
    readonly namespace?: string;
  };
  readonly fieldref?: { readonly fieldPath?: string };
}

/** `sortOptions`. */
export interface SortOptions {
  readonly order?: string;
  readonly legacySortOptions?:
    | {
        readonly orderFirst?: readonly string[] | undefined;
        readonly orderLast?: readonly string[] | undefined;
      }
    | undefined;
}

/** `helmGlobals`. */
export interface HelmGlobals {
  readonly chartHome?: string;
  readonly configHome?: string;
}

/** An entry of `helmCharts`. */
export interface HelmChartArgs {
  readonly name?: string;
  readonly version?: string;
  readonly repo?: string;
  readonly releaseName?: string;
  readonly namespace?: string;
  readonly additionalValuesFiles?: readonly string[] | undefined;
  readonly valuesFile?: string;
  readonly valuesInline?: Record<string, unknown> | undefined;
  readonly valuesMerge?: string;
  readonly includeCRDs?: boolean;
  readonly skipHooks?: boolean;
  readonly apiVersions?: readonly string[] | undefined;
  readonly kubeVersion?: string;
  readonly nameTemplate?: string;
  readonly skipTests?: boolean;
  readonly debug?: boolean;
  readonly devel?: boolean;
}

/** An entry of `helmChartInflationGenerator`, the form before `helmCharts`. */
export interface LegacyHelmChartArgs {
  readonly chartName?: string;
  readonly chartVersion?: string;
  readonly chartRepoUrl?: string;
  readonly chartHome?: string;
  readonly chartRepoName?: string;
  readonly helmBin?: string;
  readonly helmHome?: string;
  readonly values?: string;
  readonly valuesLocal?: Record<string, unknown> | undefined;
  readonly valuesMerge?: string;
  readonly releaseName?: string;
  readonly releaseNamespace?: string;
  readonly extraArgs?: readonly string[] | undefined;
}

/** A `kustomization.yaml`, deprecated fields already turned into present ones. */
export interface Kustomization {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: Record<string, unknown> | undefined;
  readonly openapi?: Readonly<Record<string, string>> | undefined;
  readonly namePrefix?: string;
  readonly nameSuffix?: string;
  readonly namespace?: string;
  readonly commonLabels?: Readonly<Record<string, string>> | undefined;
  readonly labels?: readonly LabelArgs[] | undefined;
  readonly commonAnnotations?: Readonly<Record<string, string>> | undefined;
  readonly patchesStrategicMerge?: readonly string[] | undefined;
  readonly patchesJson6902?: readonly PatchArgs[] | undefined;
  readonly patches?: readonly PatchArgs[] | undefined;
  readonly images?: readonly ImageArgs[] | undefined;
  readonly imageTags?: readonly ImageArgs[] | undefined;
  readonly replacements?: readonly ReplacementArgs[] | undefined;
  readonly replicas?: readonly ReplicaArgs[] | undefined;
  readonly vars?: readonly VarArgs[] | undefined;
  readonly sortOptions?: SortOptions | undefined;
  readonly resources?: readonly string[] | undefined;
  readonly components?: readonly string[] | undefined;
  readonly crds?: readonly string[] | undefined;
  readonly bases?: readonly string[] | undefined;
  readonly configMapGenerator?: readonly ConfigMapArgs[] | undefined;
  readonly secretGenerator?: readonly SecretArgs[] | undefined;
  readonly helmGlobals?: HelmGlobals | undefined;
  readonly helmCharts?: readonly HelmChartArgs[] | undefined;
  readonly helmChartInflationGenerator?: readonly LegacyHelmChartArgs[] | undefined;
  readonly generatorOptions?: GeneratorOptions | undefined;
  readonly configurations?: readonly string[] | undefined;
  readonly generators?: readonly string[] | undefined;
  readonly transformers?: readonly string[] | undefined;
  readonly validators?: readonly string[] | undefined;
  readonly buildMetadata?: readonly string[] | undefined;
}
