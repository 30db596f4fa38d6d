import { GitRepository, Kustomization } from '@gitops-toolkit/api';
import type { DemoCluster } from './cluster/cluster.ts';
import type { Followed } from './live-tree/observe.ts';
import type { DemoOptions } from './options.ts';

/** In a cluster that others use too, a definition that is there already stays as it is. */
const KEEP_EXISTING_CRDS = {
  target: { kind: 'CustomResourceDefinition' },
  patch: `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: any
  annotations:
    kustomize.toolkit.fluxcd.io/ssa: IfNotPresent
`,
};

/** Creates the GitRepository and the Kustomization that the demo is about. */
export async function deploy(cluster: DemoCluster, url: string, options: DemoOptions): Promise<Followed> {
  const { client, namespace, shared } = cluster;
  const name = options.url === undefined ? 'storefront' : 'demo';
  const metadata = { name, namespace };
  const sample = options.url === undefined;
  await client.create({
    apiVersion: GitRepository.apiVersion,
    kind: GitRepository.kind,
    metadata,
    spec: { url, interval: sample ? '10s' : '30s', ref: { branch: options.branch } },
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
      ...(shared ? { targetNamespace: namespace, patches: [KEEP_EXISTING_CRDS] } : {}),
    },
  });
  return { namespace, name };
}

/** Asks for a look at the source now, as a webhook of a git host would. */
export async function lookNow({ client }: DemoCluster, followed: Followed): Promise<void> {
  const { apiVersion, kind } = GitRepository;
  const body = { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': new Date().toISOString() } } };
  await client.patch({ apiVersion, kind, ...followed }, { type: 'merge', body });
}
