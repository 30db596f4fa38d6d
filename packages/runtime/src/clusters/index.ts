/**
 * Controllers that run for many clusters, which come and go.
 *
 * A {@link ClusterProvider} knows which clusters there are: {@link kubeconfigSecrets} by the kubeconfigs in Secrets, as
 * Cluster API makes them, {@link staticClusters} by a list. A {@link ClusterFleet} engages each with a client, a cache
 * and the controllers of the program, and drops it when it goes: runs are told to end, connections are closed,
 * queues are forgotten. {@link shardedClusters} shares them among replicas. {@link clusterManager} adds what a manager has: probes, metrics, election, an end in good order.
 *
 * Controllers are written as for one cluster. `context.cluster` names the object's cluster; `client`, `cache` and `events`
 * are of it.
 *
 * ```ts no-run
 * import { KubeClient, loadKubeconfig } from '@gitops-toolkit/kube';
 * import { controller, kindOf, terminationSignal } from '@gitops-toolkit/runtime';
 * import { clusterManager, kubeconfigSecrets } from '@gitops-toolkit/runtime/clusters';
 *
 * const client = new KubeClient(await loadKubeconfig());
 * const census = controller(kindOf('v1', 'Node'), async (node, { cluster, cache, log }) => {
 *   log.info(`${cluster} has ${cache.list(kindOf('v1', 'Node')).length} nodes`);
 * });
 * const providers = [kubeconfigSecrets({ client, namespace: 'fleet' })];
 * await clusterManager({ name: 'census', client, providers, controllers: [census] }).run(terminationSignal());
 * ```
 *
 * @module
 */
export type { Cluster, ClusterState, ClusterStatus } from './cluster.ts';
export { ClusterFleet, type ClusterFleetOptions } from './cluster-fleet.ts';
export { clusterManager, ClusterManager, type ClusterManagerOptions } from './cluster-manager.ts';
export type {
  ClusterDefinition,
  ClusterProvider,
  ClusterTarget,
  DropOptions,
  ProviderContext,
} from './cluster-provider.ts';
export type { EngageOptions } from './engaged-cluster.ts';
export { kubeconfigSecrets, type KubeconfigSecretsOptions } from './kubeconfig-secrets.ts';
export { shardedClusters } from './sharded-clusters.ts';
export type { ShardingOptions } from './sharding-options.ts';
export { staticClusters } from './static-clusters.ts';
