import type { KubeClient } from '@gitops-toolkit/kube';

import type { EventRecorder } from '../events/event-recorder.ts';
import type { WatchCache } from '../watch/watch-cache.ts';

/** A cluster that is engaged: what reconcilers work with in it. */
export interface Cluster {
  readonly name: string;
  /** See `ClusterDefinition.fencingToken`. */
  readonly fencingToken: number | undefined;
  /** Closed when the cluster is dropped. */
  readonly client: KubeClient;
  readonly cache: WatchCache;
  readonly events: EventRecorder;
}

/**
 * - `starting`: its caches are not complete yet;
 * - `running`;
 * - `failing`: it does not answer, or not for every watched kind; it is tried all the time;
 * - `stopping`: its runs are told to end;
 * - `invalid`: what there is does not say how to reach it.
 */
export type ClusterState = 'failing' | 'invalid' | 'running' | 'starting' | 'stopping';

/** How a cluster is. */
export interface ClusterStatus {
  readonly name: string;
  readonly state: ClusterState;
  /** Why it is `failing` or `invalid`. */
  readonly error?: unknown;
}
