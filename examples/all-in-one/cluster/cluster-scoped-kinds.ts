import type { KubeObject } from '@gitops-toolkit/core';
import type { KubeClient } from '@gitops-toolkit/kube';
import { builtinResources } from '@gitops-toolkit/schema';

const CRD = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };

/** The kinds of objects that are in no namespace: the built-in ones and those that the cluster defines. */
export async function clusterScopedKinds(client: KubeClient): Promise<string[]> {
  const builtin = builtinResources().filter(({ namespaced }) => !namespaced);
  const { items } = await client.list<KubeObject & { spec: { scope: string; names: { kind: string } } }>(CRD);
  const custom = items.filter(({ spec }) => spec.scope === 'Cluster').map(({ spec }) => spec.names.kind);
  return [...new Set([...builtin.map(({ kind }) => kind), ...custom])].toSorted();
}
