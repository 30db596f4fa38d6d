import { hostname } from 'node:os';

import type { ClusterProvider, ClusterTarget, ProviderContext } from './cluster-provider.ts';
import { Peers } from './peers.ts';
import { ownerOf } from './rendezvous.ts';
import { ShardHold, type ShardWish } from './shard-hold.ts';
import type { ShardingOptions } from './sharding-options.ts';

/**
 * The clusters of another provider, shared among the replicas of a program: each cluster is engaged by one of them, and when one
 * comes or goes, only the clusters move that it gets or had. Each engaged cluster is fenced by a lease of its own: a
 * replica that cannot renew it drops the cluster before another may take it.
 *
 * All replicas are to work: the fleet must not wait for a leader.
 *
 * @example
 * ```ts no-run
 * import { KubeClient, loadKubeconfig } from '@gitops-toolkit/kube';
 * import { kubeconfigSecrets, shardedClusters } from '@gitops-toolkit/runtime/clusters';
 *
 * const client = new KubeClient(await loadKubeconfig());
 * const all = kubeconfigSecrets({ client });
 * export const ours = shardedClusters(all, { client, namespace: 'fleet-system', name: 'greeter' });
 * ```
 */
export function shardedClusters(provider: ClusterProvider, options: ShardingOptions): ClusterProvider {
  return new ShardedClusters(provider, options);
}

class ShardedClusters implements ClusterProvider {
  readonly name: string;
  readonly #provider: ClusterProvider;
  readonly #options: ShardingOptions & { readonly identity: string };
  readonly #holds = new Map<string, ShardHold>();
  #live: readonly string[] = [];

  constructor(provider: ClusterProvider, options: ShardingOptions) {
    this.name = `sharded-${provider.name}`;
    this.#provider = provider;
    this.#options = { identity: `${hostname()}_${crypto.randomUUID()}`, ...options };
  }

  check(): void {
    this.#provider.check();
    if (!this.#live.includes(this.#options.identity))
      throw new Error('this replica is not known to its peers');
  }

  async run(target: ClusterTarget, context: ProviderContext): Promise<void> {
    const { signal } = context;
    const options = { ...this.#options, ...context };
    const peers = new Peers({ ...options, onChange: () => this.#share(peers.live) });
    const holdOf = (name: string): ShardHold => {
      const hold = this.#holds.get(name) ?? new ShardHold(name, target, options);
      this.#holds.set(name, hold);
      return hold;
    };
    const set = (name: string, wish: ShardWish): void => holdOf(name).set(wish, this.#isOurs(name));
    const share: ClusterTarget = {
      engage: (definition) => set(definition.name, definition),
      reject: (name, error) => set(name, { error }),
      drop: (name) => this.#drop(name),
    };
    // The peers end with this replica having no share, so that everything is given back.
    await Promise.all([peers.run(signal), this.#provider.run(share, context)]);
    await Promise.all([...this.#holds.values()].map((hold) => hold.idle));
  }

  #isOurs(name: string): boolean {
    return ownerOf(name, this.#live) === this.#options.identity;
  }

  #share(live: readonly string[]): void {
    this.#live = live;
    for (const [name, hold] of this.#holds) hold.set(hold.wish, this.#isOurs(name));
  }

  async #drop(name: string): Promise<void> {
    const hold = this.#holds.get(name);
    if (!hold) return;
    hold.set(undefined, false);
    await hold.idle;
    if (hold.wish === undefined && this.#holds.get(name) === hold) this.#holds.delete(name);
  }
}
