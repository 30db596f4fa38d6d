import type { KubeObject } from '@gitops-toolkit/core';
import type { CallOptions } from './call-options.ts';

/** What a list is narrowed to. */
export interface ListOptions extends CallOptions {
  /** @default all namespaces */
  readonly namespace?: string;
  /** `app=web,tier in (a,b),!canary` */
  readonly labelSelector?: string;
  /** `metadata.name=web`; which fields there are depends on the kind. */
  readonly fieldSelector?: string;
  /** Objects a page. @default no limit for `list`, 500 for `listPages` and `listAll` */
  readonly limit?: number;
  /** The token of the page before. */
  readonly continue?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: 'Exact' | 'NotOlderThan';
  /** Objects come without spec and status: a fraction of the bytes. @default false */
  readonly metadataOnly?: boolean;
}

/** A list, or a page of one. Each item says its `apiVersion` and `kind`, also where the server leaves them out. */
export interface KubeList<T extends KubeObject = KubeObject> {
  apiVersion: string;
  kind: string;
  metadata: { resourceVersion?: string; continue?: string; remainingItemCount?: number };
  items: T[];
}

/** Query parameters; `undefined` ones are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** The query of a list. */
export function listQuery(options: ListOptions): Query {
  return {
    labelSelector: options.labelSelector,
    fieldSelector: options.fieldSelector,
    limit: options.limit,
    continue: options.continue,
    resourceVersion: options.resourceVersion,
    resourceVersionMatch: options.resourceVersionMatch,
  };
}

/** The `Accept` header of a list or watch. */
export function listAccept(
  as: 'PartialObjectMetadata' | 'PartialObjectMetadataList',
  metadataOnly?: boolean,
): string {
  return metadataOnly ? `application/json;as=${as};g=meta.k8s.io;v=v1` : 'application/json';
}

/**
 * Gives an object of a list or a watch its `apiVersion` and `kind`: items of built-in lists have
 * none, and metadata-only ones have those of `PartialObjectMetadata`.
 */
export function nameKind(
  object: KubeObject,
  kind: { readonly apiVersion: string; readonly kind: string },
): void {
  object.apiVersion = kind.apiVersion;
  object.kind = kind.kind;
}

/**
 * The pages of a list, one request each.
 *
 * @throws KubeError `KUBE_STATUS` with {@link isGone} when the token of a page expired in between.
 */
export async function* pages<T extends KubeObject>(
  fetchPage: (options: ListOptions) => Promise<KubeList<T>>,
  options: ListOptions,
): AsyncGenerator<KubeList<T>, void, undefined> {
  let next = options.continue;
  do {
    // A continue token names its own version; the server refuses both together.
    const { resourceVersion: _version, resourceVersionMatch: _match, ...rest } = options;
    const page = await fetchPage({ limit: 500, ...(next ? { ...rest, continue: next } : options) });
    yield page;
    next = page.metadata.continue || undefined;
  } while (next);
}
