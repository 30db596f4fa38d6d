import type { KubeClient } from '@gitops-toolkit/kube';

import type { LeaseElectorOptions } from '../election/lease-elector.ts';

/** Where replicas find each other, and how long they wait for one that went silent. */
export interface ShardingOptions extends Pick<
  LeaseElectorOptions,
  'leaseDurationMs' | 'renewDeadlineMs' | 'retryPeriodMs'
> {
  /** Of the cluster that holds the leases. It must be allowed to get, list, create, update and delete them. */
  readonly client: KubeClient;
  /** Where the leases are. */
  readonly namespace: string;
  /** Leases are `<name>-peer-…` and `<name>-shard-…`; replicas of the same name share the clusters. */
  readonly name: string;
  /** Tells this replica from the others; no two may have the same. @default the host's name with some digits */
  readonly identity?: string;
}

/** The name of a lease for something whose own name may hold anything. */
export function leaseName(name: string, role: 'peer' | 'shard', digest: string): string {
  return `${name}-${role}-${digest.slice(0, 16)}`;
}
