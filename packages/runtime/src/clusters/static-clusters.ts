import type { ClusterConfig } from '@gitops-toolkit/kube';

import type { ClusterProvider } from './cluster-provider.ts';

/**
 * Clusters that are there as long as the program, by name.
 *
 * @example
 * ```ts no-run
 * import { loadKubeconfig } from '@gitops-toolkit/kube';
 * import { staticClusters } from '@gitops-toolkit/runtime/clusters';
 *
 * export const clusters = staticClusters({
 *   staging: await loadKubeconfig({ context: 'staging' }),
 *   production: await loadKubeconfig({ context: 'production' }),
 * });
 * ```
 */
export function staticClusters(clusters: Readonly<Record<string, ClusterConfig>>): ClusterProvider {
  return {
    name: 'static',
    async run(target) {
      for (const [name, config] of Object.entries(clusters))
        target.engage({ name, config, revision: 'static' });
    },
    check() {},
  };
}
