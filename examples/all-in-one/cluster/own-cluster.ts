import { randomBytes } from 'node:crypto';
import { GitRepository, Kustomization } from '@gitops-toolkit/api';
import { errorMessage, type KubeObject, sleep } from '@gitops-toolkit/core';
import { isNotFound, KubeClient, loadKubeconfig } from '@gitops-toolkit/kube';
import type { DemoCluster } from './cluster.ts';
import { installCrds, removeCrds } from './install-crds.ts';

/** How the demo comes into a cluster of the user's own. */
export interface OwnClusterOptions {
  readonly kubeconfigFile: string;
  /** Asks the user a yes-or-no question. */
  readonly confirm: (question: string) => Promise<boolean>;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/**
 * Opens a cluster of the user's own: names it and asks first, refuses where Flux's controllers run, works in a
 * namespace that it creates, and removes everything that it made.
 */
export async function openOwnCluster(options: OwnClusterOptions): Promise<DemoCluster> {
  const { kubeconfigFile, signal } = options;
  const config = await loadKubeconfig({ path: kubeconfigFile });
  const question = `The demo creates a namespace and objects in the cluster at ${config.server}, and removes them at the end. Go on?`;
  if (!(await options.confirm(question))) throw new Error('nothing was done in the cluster');
  const client = new KubeClient(config, { userAgent: 'gitops-toolkit-demo' });
  try {
    await refuseBesideFlux(client, signal);
    const crds = await installCrds(client, signal);
    const namespace = `gitops-toolkit-demo-${randomBytes(3).toString('hex')}`;
    await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, { signal });
    return {
      config,
      client,
      title: `your cluster at ${config.server}, namespace ${namespace}`,
      namespace,
      kubeconfigFile,
      shared: true,
      async cleanUp() {
        options.say(`Removing what the demo made in ${namespace}`);
        await removeObjects(client, namespace);
        await removeCrds(client, crds);
      },
      [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
    };
  } catch (error) {
    await client[Symbol.asyncDispose]();
    throw error;
  }
}

/** Two sets of controllers over the same kinds would undo each other's work. */
async function refuseBesideFlux(client: KubeClient, signal: AbortSignal): Promise<void> {
  const names = ['source-controller', 'kustomize-controller'];
  for await (const deployment of client.listAll<KubeObject>(
    { apiVersion: 'apps/v1', kind: 'Deployment' },
    { signal },
  )) {
    const { name = '', namespace, labels } = deployment.metadata;
    if (names.includes(name) || labels?.['app.kubernetes.io/part-of'] === 'flux') {
      throw new Error(
        `Flux's controllers run in this cluster (${namespace}/${name}); the demo would work against them`,
      );
    }
  }
}

/** Deletes the demo's objects one after the other: the controllers, still running, prune what they applied. */
async function removeObjects(client: KubeClient, namespace: string): Promise<void> {
  const deadline = AbortSignal.timeout(120_000);
  for (const { apiVersion, kind } of [Kustomization, GitRepository]) {
    const { items } = await client.list<KubeObject>({ apiVersion, kind }, { namespace });
    for (const { metadata } of items) {
      await removeAndWait(client, { apiVersion, kind, namespace, name: metadata.name ?? '' }, deadline);
    }
  }
  await removeAndWait(client, { apiVersion: 'v1', kind: 'Namespace', name: namespace }, deadline);
}

async function removeAndWait(
  client: KubeClient,
  ref: { apiVersion: string; kind: string; name: string; namespace?: string },
  deadline: AbortSignal,
): Promise<void> {
  try {
    await client.delete(ref);
    while (await client.find(ref)) await sleep(500, { signal: deadline });
  } catch (error) {
    if (!isNotFound(error))
      throw new Error(`${ref.kind}/${ref.name} was not removed: ${errorMessage(error)}`, { cause: error });
  }
}
