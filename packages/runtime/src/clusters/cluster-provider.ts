import type { Clock, Logger } from '@gitops-toolkit/core';
import type { ClusterConfig } from '@gitops-toolkit/kube';

/** Knows which clusters there are: from Secrets, from a list, from the API of a cloud. */
export interface ClusterProvider {
  /** In logs, and in the names of checks. */
  readonly name: string;
  /** Tells of clusters as they come, change and go, until the signal is aborted. Throwing before ends the program. */
  run(target: ClusterTarget, context: ProviderContext): Promise<void>;
  /** Throws while it has not told of every cluster that there was at the start, and where what it told may be old. */
  check(): void;
}

/** What a provider works with. */
export interface ProviderContext {
  readonly signal: AbortSignal;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** Who is told of clusters. Calls return at once; what follows from them takes place later. */
export interface ClusterTarget {
  /** The cluster is there, or has changed. The same `revision` as before changes nothing. */
  engage(cluster: ClusterDefinition): void;
  /** The cluster is there, but cannot be used. What was engaged by that name is dropped. */
  reject(name: string, error: unknown): void;
  /** The cluster is not there any more. Resolves when nothing of it is left. */
  drop(name: string, options?: DropOptions): Promise<void>;
}

/** How a cluster is dropped. */
export interface DropOptions {
  /** Of the signals of its runs. @default RUNTIME_CLUSTER_DROPPED */
  readonly reason?: Error;
  /** How long its runs may take to end, before its connections are closed. @default that of the fleet */
  readonly drainTimeoutMs?: number;
}

/** A cluster, and how to reach it. */
export interface ClusterDefinition {
  /** For example `fleet/edge-1`. Unique among all providers. */
  readonly name: string;
  readonly config: ClusterConfig;
  /** Another one says that the configuration is another: the cluster is then dropped and engaged anew. */
  readonly revision: string;
  /** Grows whenever another replica engages the cluster, where replicas share them. */
  readonly fencingToken?: number;
}
