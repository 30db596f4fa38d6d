import { getOwn, isRecord } from '@gitops-toolkit/core';
import { parseDocuments, YamlError } from '@gitops-toolkit/yaml';
import { KustomizeError } from '../errors.ts';
import { type Loader, textOf } from '../load/loader.ts';
import { type MergeSchema, mergeSchemaOfCustomResource } from '../merge/merge-schema.ts';
import type { ExtraSchemas } from '../merge/schema-registry.ts';
import { clusterScopedKinds, readDefinitions } from '../merge/openapi-document.ts';

/**
 * Reads OpenAPI documents and CustomResourceDefinitions.
 *
 * @throws KustomizeError KUSTOMIZE_OPENAPI for a file that is neither; KUSTOMIZE_NOT_FOUND.
 */
export function readSchemaFiles(paths: readonly string[], loader: Loader): ExtraSchemas {
  const schemas = new Map<string, MergeSchema>();
  const clusterScoped = new Set<string>();
  for (const path of paths) {
    for (const document of documentsOf(path, loader)) addDocument(document, path, schemas, clusterScoped);
  }
  return { schemas, clusterScoped };
}

function documentsOf(path: string, loader: Loader): readonly unknown[] {
  const file = loader.read(path);
  try {
    return parseDocuments(textOf(file), { file: file.name }).map(({ value }) => value);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new KustomizeError('KUSTOMIZE_OPENAPI', `schema file '${path}': ${error.goMessage}`, {
      cause: error,
    });
  }
}

function addDocument(
  document: unknown,
  path: string,
  schemas: Map<string, MergeSchema>,
  clusterScoped: Set<string>,
): void {
  if (getOwn(document, 'kind') === 'CustomResourceDefinition') {
    addDefinition(getOwn(document, 'spec'), schemas, clusterScoped);
  } else if (isRecord(getOwn(document, 'definitions'))) {
    for (const [kind, schema] of readDefinitions(document)) schemas.set(kind, schema);
    for (const kind of clusterScopedKinds(document)) clusterScoped.add(kind);
  } else {
    throw new KustomizeError(
      'KUSTOMIZE_OPENAPI',
      `schema file '${path}' has neither definitions nor CustomResourceDefinitions`,
      { hint: 'Name an OpenAPI document with `definitions`, or the manifest of a CRD.' },
    );
  }
}

function addDefinition(spec: unknown, schemas: Map<string, MergeSchema>, clusterScoped: Set<string>): void {
  const group = getOwn(spec, 'group');
  const kind = getOwn(getOwn(spec, 'names'), 'kind');
  const versions = getOwn(spec, 'versions');
  for (const version of Array.isArray(versions) ? (versions as unknown[]) : []) {
    const key = `${String(group)}/${String(getOwn(version, 'name'))}|${String(kind)}`;
    const schema = getOwn(getOwn(version, 'schema'), 'openAPIV3Schema');
    if (isRecord(schema)) schemas.set(key, mergeSchemaOfCustomResource(schema));
    if (getOwn(spec, 'scope') === 'Cluster') clusterScoped.add(key);
  }
}
