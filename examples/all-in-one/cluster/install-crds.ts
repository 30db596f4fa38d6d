import { Bucket, GitRepository, Kustomization, OCIRepository } from '@gitops-toolkit/api';
import { type KubeObject, sleep } from '@gitops-toolkit/core';
import { isNotFound, type KubeClient } from '@gitops-toolkit/kube';

/** What the controllers of the demo watch. */
const DEFINITIONS = [GitRepository, OCIRepository, Bucket, Kustomization];
const CRD = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };

/**
 * Creates the definitions of the toolkit's kinds where the cluster has none of that name. One that is there is
 * never touched.
 *
 * @returns the names of those that were created
 */
export async function installCrds(client: KubeClient, signal: AbortSignal): Promise<string[]> {
  const created: string[] = [];
  for (const definition of DEFINITIONS) {
    const crd = definition.crd();
    const name = crd.metadata.name ?? '';
    if (await client.find({ ...CRD, name }, { signal })) continue;
    await client.create(crd, { signal });
    created.push(name);
  }
  for (const definition of DEFINITIONS) {
    await waitUntilServed(client, `${definition.plural}.${definition.group}`, signal);
  }
  client.mapper.invalidate();
  return created;
}

/** Deletes definitions, and with them their objects. */
export async function removeCrds(client: KubeClient, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await client.delete({ ...CRD, name }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  }
}

async function waitUntilServed(client: KubeClient, name: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const crd = await client.get<
      KubeObject & { status?: { conditions?: { type: string; status: string }[] } }
    >({ ...CRD, name }, { signal });
    if (crd.status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True'))
      return;
    await sleep(50, { signal });
  }
}
