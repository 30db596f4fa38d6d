import type { KubeObject } from '@gitops-toolkit/core';
import type { KubeClient, KubeList, WatchEvent } from '@gitops-toolkit/kube';

import type { ResourceKind } from '../resource-kind.ts';
import type { WatchSelection } from './selection.ts';

/** One page of a list. */
export interface ListRequest {
  /** `''` asks for the latest state, `'0'` for any that the server has at hand. */
  readonly resourceVersion?: string;
  readonly limit?: number;
  readonly continue?: string;
  readonly signal: AbortSignal;
}

/** One watch. */
export interface WatchRequest {
  readonly resourceVersion?: string;
  /** Ask for the present objects first, closed by a bookmark. */
  readonly sendInitialEvents?: boolean;
  /** After this the server ends the watch. */
  readonly timeoutSeconds: number;
  /** Called when the server has begun to answer. A source that cannot tell does not call it. */
  readonly onOpen?: () => void;
  readonly signal: AbortSignal;
}

/**
 * Lists and watches the objects of one selection.
 *
 * `watch` ends in good order when the server closes the stream; it throws `KubeError` for answers
 * that are no success and for `ERROR` events, and anything else for connections that break.
 */
export interface ListWatch<T extends KubeObject = KubeObject> {
  list(request: ListRequest): Promise<KubeList<T>>;
  watch(request: WatchRequest): AsyncIterable<WatchEvent<T>>;
}

/** Where a cache gets its objects from: a cluster, or a script in a test. */
export interface WatchSource {
  listWatch<T extends KubeObject>(kind: ResourceKind<T>, selection: WatchSelection): ListWatch<T>;
  isNamespaced(kind: ResourceKind): Promise<boolean>;
}

/** The source that is a cluster. */
export function clusterSource(client: KubeClient): WatchSource {
  return {
    listWatch: (kind, selection) => listWatchOf(client, kind, selection),
    isNamespaced: async (kind) => (await client.mapper.mapping(kind)).namespaced,
  };
}

function listWatchOf<T extends KubeObject>(
  client: KubeClient,
  { apiVersion, kind }: ResourceKind<T>,
  selection: WatchSelection,
): ListWatch<T> {
  return {
    list: (request) => client.list<T>({ apiVersion, kind }, { ...selection, ...request }),
    // The reflector has its own watchdog, and knows what to do when it bites.
    watch: (request) =>
      client.watch<T>(
        { apiVersion, kind },
        { ...selection, ...request, allowBookmarks: true, idleTimeoutMs: 0 },
      ),
  };
}
