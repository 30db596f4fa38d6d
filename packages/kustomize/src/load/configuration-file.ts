import { ANY_GVK } from '../accumulate/gvk.ts';
import { byKindOrder } from '../emit/kind-order.ts';
import type { FieldSpec } from '../transform/field-spec.ts';
import { type DecodeMode, type Decoder, listOf, structure, text } from './decode.ts';
import { defaultTransformerConfig } from './default-field-specs.ts';
import type { Loader } from './loader.ts';
import { decodeSettings, readSettings } from './read-yaml.ts';
import { type FieldSpecFields, fieldSpecFields, toFieldSpec } from './selector-fields.ts';
import {
  EMPTY_CONFIG,
  mergeConfigs,
  type NameReference,
  type TransformerConfig,
} from './transformer-config.ts';

interface NameReferenceFields {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
  readonly fieldSpecs?: readonly FieldSpecFields[] | undefined;
}

type SpecField = Exclude<keyof TransformerConfig, 'nameReference'>;

type ConfigurationFields = {
  readonly [K in SpecField]?: readonly FieldSpecFields[] | undefined;
} & { readonly nameReference?: readonly NameReferenceFields[] | undefined };

const specs = listOf(fieldSpecFields);
const configurationFields: Decoder<ConfigurationFields> = structure<ConfigurationFields>({
  namePrefix: specs,
  nameSuffix: specs,
  namespace: specs,
  commonLabels: specs,
  labels: specs,
  templateLabels: specs,
  commonAnnotations: specs,
  nameReference: listOf(
    structure<NameReferenceFields>({ group: text, version: text, kind: text, fieldSpecs: specs }),
  ),
  varReference: specs,
  images: specs,
  replicas: specs,
});

const MODE: DecodeMode = { strict: true, lenientTexts: true, what: 'TransformerConfig' };

/** The default field specs with those of the files that `configurations` names. */
export function loadConfigurations(paths: readonly string[] | undefined, loader: Loader): TransformerConfig {
  const defaults = defaultTransformerConfig();
  if (!paths?.length) return defaults;
  return mergeConfigs(
    defaults,
    paths.map((path) => readConfiguration(path, loader)).reduce(mergeConfigs, EMPTY_CONFIG),
  );
}

function readConfiguration(path: string, loader: Loader): TransformerConfig {
  const code = 'KUSTOMIZE_INVALID_CONFIG';
  const settings = readSettings(loader.read(path), code, 'error converting YAML to JSON: ');
  const fields = decodeSettings(settings, settings.document?.value, configurationFields, {
    code,
    mode: MODE,
  });
  const list = (field: SpecField): readonly FieldSpec[] =>
    (fields[field] ?? []).map(toFieldSpec).toSorted((a, b) => byKindOrder(a.gvk, b.gvk));
  return {
    namePrefix: list('namePrefix'),
    nameSuffix: list('nameSuffix'),
    namespace: list('namespace'),
    commonLabels: list('commonLabels'),
    labels: list('labels'),
    templateLabels: list('templateLabels'),
    commonAnnotations: list('commonAnnotations'),
    nameReference: (fields.nameReference ?? []).map(toNameReference),
    varReference: list('varReference'),
    images: list('images'),
    replicas: list('replicas'),
  };
}

function toNameReference({
  group = '',
  version = '',
  kind = '',
  fieldSpecs,
}: NameReferenceFields): NameReference {
  return { target: { ...ANY_GVK, group, version, kind }, referrers: (fieldSpecs ?? []).map(toFieldSpec) };
}
