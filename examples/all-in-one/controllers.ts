import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { gitRepositoryController, kustomizationController } from '@gitops-toolkit/controllers';
import type { Logger } from '@gitops-toolkit/core';
import { KubeClient, type ClusterConfig } from '@gitops-toolkit/kube';
import { manager } from '@gitops-toolkit/runtime';
import { type ArtifactServer, ArtifactStorage, startArtifactServer, TreeCache } from '@gitops-toolkit/source';

/** Both controllers at work in this process, on one namespace; disposing of them ends them. */
export interface RunningControllers extends AsyncDisposable {
  /** Rejects where the controllers end by themselves. */
  readonly done: Promise<void>;
}

/** Starts the controllers with an artifact server on loopback between them. */
export async function startControllers(
  config: ClusterConfig,
  namespace: string,
  logger?: Logger,
): Promise<RunningControllers> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'gitops-toolkit-artifacts-'));
  const storage = new ArtifactStorage({ root: folder, host: () => new URL(server.url).host });
  const server: ArtifactServer = await startArtifactServer({ storage });
  const trees = new TreeCache();
  const client = new KubeClient(config, { userAgent: 'gitops-toolkit-demo' });
  const stop = new AbortController();
  const controllers = [
    gitRepositoryController({ storage, trees }),
    kustomizationController({
      trees,
      healthPollMs: 500,
      requeueDependencyMs: 1000,
      fallbackNamespace: namespace,
    }),
  ];
  const options = {
    name: 'all-in-one',
    client,
    controllers,
    namespaces: [namespace],
    ...(logger ? { logger } : {}),
  };
  const done = manager(options).run(stop.signal);
  // Whoever waits for the demo sees the failure; nobody may wait before it comes.
  done.catch(() => {});
  return {
    done,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await done.catch(() => {});
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
