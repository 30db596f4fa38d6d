import { formatApiVersion, getOwn, isRecord, parseJson } from '@gitops-toolkit/core';
import { parseDocuments, YamlError } from '@gitops-toolkit/yaml';
import { gvkFrom } from '../accumulate/gvk.ts';
import { KustomizeError } from '../errors.ts';
import { schemaCandidates } from './known-kinds.ts';
import { type MergeSchema, mergeSchemaOfDefinition } from './merge-schema.ts';

/** Reads an OpenAPI document, JSON or YAML. @throws KustomizeError KUSTOMIZE_OPENAPI */
export function readDocument(document: string): unknown {
  try {
    return document.trimStart().startsWith('{')
      ? parseJson(document)
      : parseDocuments(document, { dialect: 'yaml11' })[0]?.value;
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof YamlError)) throw error;
    throw new KustomizeError('KUSTOMIZE_OPENAPI', `invalid schema file: ${error.message}`, {
      cause: error,
      hint: 'The file of openapi.path is an OpenAPI document, in JSON or YAML.',
    });
  }
}

/** The kinds (`apiVersion|kind`) whose paths can be read, none of them in a namespace. */
export function clusterScopedKinds(document: unknown): Set<string> {
  const paths = getOwn(document, 'paths');
  const found = new Set<string>();
  const namespaced = new Set<string>();
  for (const path of isRecord(paths) ? Object.keys(paths) : []) {
    const kind = kindKey(getOwn(getOwn(getOwn(paths, path), 'get'), 'x-kubernetes-group-version-kind'));
    if (kind !== undefined) (path.includes('namespaces/{namespace}') ? namespaced : found).add(kind);
  }
  // What is known of Kubernetes' own kinds stays.
  const isOwn = (key: string): boolean => {
    const [apiVersion = '', kind = ''] = key.split('|');
    return schemaCandidates(gvkFrom(apiVersion, kind)).length > 0;
  };
  return new Set([...found].filter((key) => !namespaced.has(key) && !isOwn(key)));
}

function kindKey(value: unknown): string | undefined {
  const [group, version, kind] = ['group', 'version', 'kind'].map((part) => getOwn(value, part));
  if (typeof version !== 'string' || typeof kind !== 'string') return undefined;
  return `${formatApiVersion(typeof group === 'string' ? group : '', version)}|${kind}`;
}

/** The schemas of an OpenAPI document by kind (`apiVersion|kind`). */
export function readDefinitions(value: unknown): Map<string, MergeSchema> {
  const definitions = getOwn(value, 'definitions');
  const schemas = new Map<string, MergeSchema>();
  for (const name of isRecord(definitions) ? Object.keys(definitions) : []) {
    const definition = getOwn(definitions, name);
    const kinds = getOwn(definition, 'x-kubernetes-group-version-kind');
    for (const entry of Array.isArray(kinds) ? (kinds as unknown[]) : []) {
      const key = kindKey(entry);
      const schema = mergeSchemaOfDefinition(definition, definitions);
      if (key !== undefined && schema) schemas.set(key, schema);
    }
  }
  return schemas;
}
