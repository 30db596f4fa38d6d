import { getOwn, isRecord } from '@gitops-toolkit/core';
import { ANY_GVK, type Gvk } from '../accumulate/gvk.ts';
import { KustomizeError } from '../errors.ts';
import { type FieldSpec, fieldSpec } from '../transform/field-spec.ts';
import type { Loader } from './loader.ts';
import { readSettings } from './read-yaml.ts';
import {
  EMPTY_CONFIG,
  mergeConfigs,
  type NameReference,
  type TransformerConfig,
} from './transformer-config.ts';

/** A definition may contain itself. */
const MAX_DEPTH = 50;

/** The field specs that the files under `crds` imply: OpenAPI definitions with kustomize's extensions. */
export function loadCrdConfig(paths: readonly string[] | undefined, loader: Loader): TransformerConfig {
  return (paths ?? []).map((path) => readCrds(path, loader)).reduce(mergeConfigs, EMPTY_CONFIG);
}

function readCrds(path: string, loader: Loader): TransformerConfig {
  const { document, name } = readSettings(
    loader.read(path),
    'KUSTOMIZE_INVALID_CONFIG',
    `unable to parse open API definition from '${path}': `,
  );
  const definitions = document?.value;
  if (!isRecord(definitions)) {
    throw new KustomizeError(
      'KUSTOMIZE_INVALID_CONFIG',
      `unable to parse open API definition from '${path}'`,
      {
        source: { file: name },
        hint: 'A file under `crds` holds OpenAPI definitions by name; a CustomResourceDefinition belongs under `resources`.',
      },
    );
  }
  return Object.keys(definitions)
    .filter((type) => isKind(propertiesOf(definitions, type)))
    .map((type) => new DefinitionReader(definitions, type).read())
    .reduce(mergeConfigs, EMPTY_CONFIG);
}

function propertiesOf(definitions: unknown, type: string): Record<string, unknown> | undefined {
  const properties = getOwn(getOwn(getOwn(definitions, type), 'Schema'), 'properties');
  return isRecord(properties) ? properties : undefined;
}

function isKind(properties: Record<string, unknown> | undefined): boolean {
  return ['kind', 'apiVersion', 'metadata'].every((name) => getOwn(properties, name) !== undefined);
}

/** Walks through one kind's definition and notes the fields that have a meaning. */
class DefinitionReader {
  readonly #definitions: unknown;
  readonly #type: string;
  readonly #gvk: Gvk;
  readonly #annotations: FieldSpec[] = [];
  readonly #labels: FieldSpec[] = [];
  readonly #names: FieldSpec[] = [];
  readonly #references: NameReference[] = [];

  constructor(definitions: unknown, type: string) {
    this.#definitions = definitions;
    this.#type = type;
    this.#gvk = { ...ANY_GVK, kind: type.slice(type.lastIndexOf('.') + 1) };
  }

  read(): TransformerConfig {
    this.#walk(this.#type, []);
    return {
      ...EMPTY_CONFIG,
      commonAnnotations: this.#annotations,
      commonLabels: this.#labels,
      namePrefix: this.#names,
      nameReference: this.#references,
    };
  }

  #walk(type: string, path: readonly string[]): void {
    const properties = propertiesOf(this.#definitions, type);
    if (!properties || path.length > MAX_DEPTH) return;
    for (const [name, property] of Object.entries(properties)) {
      const here = [...path, name];
      if (extension(property, 'annotation') !== undefined) this.#annotations.push(this.#spec(here));
      if (extension(property, 'label-selector') !== undefined) this.#labels.push(this.#spec(here));
      if (extension(property, 'identity') !== undefined) this.#names.push(this.#spec(here));
      this.#noteReference(property, here);
      const target = getOwn(property, '$ref');
      if (typeof target === 'string') this.#walk(target, here);
    }
  }

  #noteReference(property: unknown, path: readonly string[]): void {
    const version = extension(property, 'object-ref-api-version');
    const kind = extension(property, 'object-ref-kind');
    if (version === undefined || kind === undefined) return;
    const nameKey = extension(property, 'object-ref-name-key') ?? 'name';
    this.#references.push({
      target: { ...ANY_GVK, version, kind },
      referrers: [this.#spec([...path, nameKey])],
    });
  }

  #spec(path: readonly string[]): FieldSpec {
    return fieldSpec(path.join('/'), false, this.#gvk);
  }
}

function extension(property: unknown, name: string): string | undefined {
  const value = getOwn(property, `x-kubernetes-${name}`);
  return typeof value === 'string' ? value : undefined;
}
