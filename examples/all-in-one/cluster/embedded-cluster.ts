import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startEmbedded } from '@gitops-toolkit/envtest';
import { KubeClient } from '@gitops-toolkit/kube';
import type { DemoCluster } from './cluster.ts';
import { installCrds } from './install-crds.ts';

/** Starts the embedded API server on loopback, and writes a kubeconfig that only its owner can read. */
export async function openEmbeddedCluster(signal: AbortSignal): Promise<DemoCluster> {
  const server = await startEmbedded();
  const client = new KubeClient(server.config, { userAgent: 'gitops-toolkit-demo' });
  await installCrds(client, signal);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'gitops-toolkit-'));
  const kubeconfigFile = path.join(folder, 'kubeconfig');
  await writeFile(kubeconfigFile, server.kubeconfig(), { mode: 0o600 });
  return {
    config: server.config,
    client,
    title: `embedded API server at ${server.url}`,
    namespace: 'default',
    kubeconfigFile,
    shared: false,
    // It ends with the process.
    async cleanUp() {},
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
