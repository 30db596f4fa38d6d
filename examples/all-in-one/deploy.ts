import { GitRepository, Kustomization } from '@gitops-toolkit/api';
import type { DemoCluster } from './cluster/cluster.ts';
import { clusterScopedKinds } from './cluster/cluster-scoped-kinds.ts';
import type { Followed } from './live-tree/observe.ts';
import type { DemoOptions } from './options.ts';
import type { DemoSource } from './source/source.ts';

/** Creates the GitRepository and the Kustomization that the demo is about. */
export async function deploy(
  cluster: DemoCluster,
  source: DemoSource,
  options: DemoOptions,
): Promise<Followed> {
  const { client, namespace, shared } = cluster;
  const sample = options.url === undefined;
  const name = sample ? 'storefront' : 'demo';
  const metadata = { name, namespace };
  if (source.credentials) {
    await client.create({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata,
      stringData: { ...source.credentials },
    });
  }
  await client.create({
    apiVersion: GitRepository.apiVersion,
    kind: GitRepository.kind,
    metadata,
    spec: {
      url: source.url,
      interval: sample ? '10s' : '30s',
      ref: source.ref,
      ...(source.credentials ? { secretRef: { name } } : {}),
    },
  });
  await client.create({
    apiVersion: Kustomization.apiVersion,
    kind: Kustomization.kind,
    metadata,
    spec: {
      interval: '1m',
      retryInterval: '5s',
      timeout: '2m',
      path: options.path,
      prune: true,
      wait: true,
      sourceRef: { kind: GitRepository.kind, name },
      ...(sample ? { postBuild: { substitute: { TEAM: 'storefront' } } } : {}),
      ...(shared ? { targetNamespace: namespace, patches: [await keepExisting(cluster)] } : {}),
    },
  });
  return { namespace, name };
}

/**
 * In a cluster that others use too, what is not in the demo's namespace stays as it is where it is there already:
 * the demo neither changes it nor, since it is not its own, removes it.
 */
async function keepExisting({ client }: DemoCluster): Promise<{ target: { kind: string }; patch: string }> {
  const kinds = await clusterScopedKinds(client);
  return {
    target: { kind: kinds.join('|') },
    patch: `apiVersion: v1
kind: Any
metadata:
  name: any
  annotations:
    kustomize.toolkit.fluxcd.io/ssa: IfNotPresent
`,
  };
}

/** Asks for a look at the source now, as a webhook of a git host would. */
export async function lookNow({ client }: DemoCluster, followed: Followed): Promise<void> {
  const { apiVersion, kind } = GitRepository;
  const body = { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': new Date().toISOString() } } };
  await client.patch({ apiVersion, kind, ...followed }, { type: 'merge', body });
}
