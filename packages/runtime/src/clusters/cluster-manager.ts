import { type Manager, manager, type ManagerOptions } from '../manager/manager.ts';
import { MetricsRegistry } from '../metrics/metrics-registry.ts';
import { RuntimeError } from '../errors.ts';
import { ClusterFleet, type ClusterFleetOptions } from './cluster-fleet.ts';

/** What a {@link ClusterManager} is made of: a manager on one cluster, the hub, and what runs for each of the others. */
export interface ClusterManagerOptions
  extends
    Omit<ManagerOptions, 'controllers' | 'namespaces'>,
    Omit<ClusterFleetOptions, keyof ManagerOptions> {
  /** Of the hub: leases and events of the program are there. */
  readonly client: ManagerOptions['client'];
  /** What runs for each cluster; `context.cluster` names it. */
  readonly controllers: ClusterFleetOptions['controllers'];
  /** Watch these namespaces of each cluster only. @default all */
  readonly namespaces?: readonly string[];
  /** What runs for the hub itself. @default nothing */
  readonly hub?: Pick<ManagerOptions, 'controllers' | 'namespaces'>;
}

/** A manager whose controllers run for many clusters, which come and go. */
export class ClusterManager {
  readonly fleet: ClusterFleet;
  readonly hub: Manager;

  /** @throws RuntimeError RUNTIME_CONTROLLER_NAME_TAKEN where two controllers have the same name */
  constructor(options: ClusterManagerOptions) {
    const { hub = {}, metricsRegistry = new MetricsRegistry() } = options;
    checkNames(options, hub);
    this.fleet = new ClusterFleet({ ...options, metricsRegistry });
    const { controllers: _, namespaces: __, ...shared } = options;
    this.hub = manager({
      ...shared,
      ...hub,
      metricsRegistry,
      runnables: [...(options.runnables ?? []), this.fleet],
      readyChecks: { clusters: () => this.fleet.check(), ...options.readyChecks },
    });
  }

  /** As {@link Manager.run}: until the signal is aborted, with every cluster dropped in the end. */
  run(signal?: AbortSignal): Promise<void> {
    return this.hub.run(signal);
  }
}

/**
 * Puts a manager together whose controllers run for each of many clusters, ready to {@link ClusterManager.run}.
 *
 * @example
 * ```ts no-run
 * import { KubeClient, loadKubeconfig } from '@gitops-toolkit/kube';
 * import { controller, jsonLogger, kindOf, terminationSignal } from '@gitops-toolkit/runtime';
 * import { clusterManager, kubeconfigSecrets } from '@gitops-toolkit/runtime/clusters';
 *
 * const client = new KubeClient(await loadKubeconfig());
 * const greeter = controller(kindOf('v1', 'Namespace'), async (namespace, { cluster, log }) => {
 *   log.info(`hello ${namespace.metadata.name} of ${cluster}`);
 * });
 * const providers = [kubeconfigSecrets({ client })];
 * await clusterManager({ name: 'greeter', client, providers, controllers: [greeter], logger: jsonLogger() })
 *   .run(terminationSignal());
 * ```
 */
export function clusterManager(options: ClusterManagerOptions): ClusterManager {
  return new ClusterManager(options);
}

/** Logs and metrics of a controller of the hub and one of the clusters could not be told apart. */
function checkNames({ controllers }: ClusterManagerOptions, hub: Pick<ManagerOptions, 'controllers'>): void {
  const names = new Set(controllers.map(({ name }) => name));
  const twice = hub.controllers?.find(({ name }) => names.has(name));
  if (!twice) return;
  throw new RuntimeError(
    'RUNTIME_CONTROLLER_NAME_TAKEN',
    `there are two controllers named ${JSON.stringify(twice.name)}, one of the hub and one of the clusters`,
    { hint: 'Give one of them another name with named().' },
  );
}
