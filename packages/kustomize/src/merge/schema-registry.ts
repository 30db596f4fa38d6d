import { builtinSchema } from '@gitops-toolkit/schema';
import { getOwn, isRecord, parseJson } from '@gitops-toolkit/core';
import { parseDocuments } from '@gitops-toolkit/yaml';
import { formatApiVersion } from '@gitops-toolkit/core';
import { learnClusterScoped } from '../accumulate/cluster-scope.ts';
import { gvkFrom } from '../accumulate/gvk.ts';
import { KustomizeError } from '../errors.ts';
import { schemaCandidates } from './known-kinds.ts';
import type { FindSchema } from './merge-context.ts';
import { type MergeSchema, mergeSchemaOf, mergeSchemaOfDefinition } from './merge-schema.ts';

/** The only version of Kubernetes' own schemas there is. */
const BUILTIN_VERSION = 'v1.21.2';

/** The schemas of one build: Kubernetes' own, or those of the first kustomization that names any. */
export class SchemaRegistry {
  #isSet = false;
  #custom: Map<string, MergeSchema> | undefined;
  #keepsBuiltin = true;

  /**
   * Takes over a kustomization's `openapi`. The root comes first and wins; of the others the first.
   *
   * @throws KustomizeError KUSTOMIZE_OPENAPI when there are both a path and a version, or another version.
   */
  set(
    openapi: Readonly<Record<string, string>> | undefined,
    document: string | undefined,
    isRoot: boolean,
  ): void {
    if (this.#isSet) return;
    const version = openapi?.['version'];
    if (document !== undefined) {
      if (version !== undefined) {
        throw new KustomizeError(
          'KUSTOMIZE_OPENAPI',
          'builtin version and custom schema provided, cannot use both',
          {
            hint: 'Keep either openapi.path or openapi.version.',
          },
        );
      }
      const value = readDocument(document);
      this.#custom = readDefinitions(value);
      learnClusterScoped(clusterScopedKinds(value));
      // Kubernetes' own schemas have been put to use before a base can bring others.
      this.#keepsBuiltin = !isRoot;
      this.#isSet = true;
      return;
    }
    if (version === undefined || version === '') return;
    if (version !== BUILTIN_VERSION) {
      throw new KustomizeError(
        'KUSTOMIZE_OPENAPI',
        `the specified OpenAPI version is not built in: ${version}`,
        {
          hint: `Only ${BUILTIN_VERSION} is; name a file with openapi.path for another.`,
        },
      );
    }
    this.#isSet = true;
  }

  /** The schema of a kind, or `undefined` where its lists are replaced as a whole. */
  find: FindSchema = (apiVersion, kind) => {
    const custom = this.#custom?.get(`${apiVersion}|${kind}`);
    if (custom || !this.#keepsBuiltin) return custom;
    return findBuiltinSchema(apiVersion, kind);
  };
}

/** The schema of a built-in kind as kustomize knows it. */
export function findBuiltinSchema(apiVersion: string, kind: string): MergeSchema | undefined {
  for (const candidate of schemaCandidates(gvkFrom(apiVersion, kind))) {
    const schema = builtinSchema(candidate);
    if (schema) return mergeSchemaOf(schema);
  }
  return undefined;
}

function readDocument(document: string): unknown {
  return document.trimStart().startsWith('{')
    ? parseJson(document)
    : parseDocuments(document, { dialect: 'yaml11' })[0]?.value;
}

/** The kinds whose paths can be read, none of them in a namespace. */
function clusterScopedKinds(document: unknown): Set<string> {
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

function readDefinitions(value: unknown): Map<string, MergeSchema> {
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
