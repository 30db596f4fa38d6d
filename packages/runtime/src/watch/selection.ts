/** Which objects of a kind are watched, and how much of each is kept. Watches of the same selection are shared. */
export interface WatchSelection {
  /** @default the namespaces of the cache; all where it names none */
  readonly namespace?: string;
  /** For example `sharding.fluxcd.io/key=shard1`. */
  readonly labelSelector?: string;
  /** For example `metadata.name=settings`. */
  readonly fieldSelector?: string;
  /** Keep `metadata` alone: a fraction of the memory. @default false */
  readonly metadataOnly?: boolean;
}
