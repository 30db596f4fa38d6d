import { builtinSchema } from '@gitops-toolkit/schema/builtin';
import { learnClusterScoped } from '../accumulate/cluster-scope.ts';
import { type Gvk, gvkFrom } from '../accumulate/gvk.ts';
import { KustomizeError } from '../errors.ts';
import { schemaCandidates } from './known-kinds.ts';
import type { FindSchema } from './merge-context.ts';
import { type MergeSchema, mergeSchemaOf } from './merge-schema.ts';
import { clusterScopedKinds, readDefinitions, readDocument } from './openapi-document.ts';

/** Schemas from elsewhere than `openapi`, and the kinds without namespace, by `apiVersion|kind`. */
export interface ExtraSchemas {
  readonly schemas: ReadonlyMap<string, MergeSchema>;
  readonly clusterScoped: ReadonlySet<string>;
}

/** The only version of Kubernetes' own schemas there is. */
const BUILTIN_VERSION = 'v1.21.2';

/** The schemas of one build: Kubernetes' own, or those of the first kustomization that names any. */
export class SchemaRegistry {
  #isSet = false;
  #custom: Map<string, MergeSchema> | undefined;
  /** Whether Kubernetes' own schemas have been put to use: then they stay, whatever a base brings. */
  #usesBuiltin: boolean;
  #extra: ReadonlyMap<string, MergeSchema> = new Map();

  constructor(keepBuiltin = false) {
    this.#usesBuiltin = keepBuiltin;
  }

  /** Takes over schemas that are known in addition to all others. */
  addExtra({ schemas, clusterScoped }: ExtraSchemas): void {
    this.#extra = schemas;
    learnClusterScoped(clusterScoped);
  }

  /**
   * Takes over a kustomization's `openapi`. The root comes first and wins; of the others the first.
   *
   * @throws KustomizeError KUSTOMIZE_OPENAPI when there are both a path and a version, or another version.
   */
  set(openapi: Readonly<Record<string, string>> | undefined, document: string | undefined): void {
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

  /** Takes note of a resource: kustomize asks its schemas whether a kind that it does not know has a namespace. */
  noteKind(gvk: Gvk): void {
    if (!this.#isSet && !this.#usesBuiltin) this.#usesBuiltin = schemaCandidates(gvk).length === 0;
  }

  /** The schema of a kind, or `undefined` where its lists are replaced as a whole. */
  find: FindSchema = (apiVersion, kind) => {
    const key = `${apiVersion}|${kind}`;
    const custom = this.#extra.get(key) ?? this.#custom?.get(key);
    if (!this.#custom) this.#usesBuiltin = true;
    if (custom || !this.#usesBuiltin) return custom;
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
