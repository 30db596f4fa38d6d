import { aborted } from '@gitops-toolkit/core';
import type { Runnable } from '@gitops-toolkit/runtime';
import { type ArtifactServerOptions, startArtifactServer } from '@gitops-toolkit/source';

/** How a manager serves artifacts. */
export interface ManagedArtifactServerOptions extends ArtifactServerOptions {
  /**
   * Whether only the replica that leads serves. Of replicas with a disk each, only its disk is up to date; those that share a
   * bucket or a disk can all serve. @default true
   */
  readonly needsLeader?: boolean;
}

/**
 * The server of artifacts as a part of a manager, for its `runnables`: it begins with the lead, as in Flux, and ends with it. Until
 * then nothing listens at its port, so that a probe of it fails and a Service sends nobody there. Without an election it begins
 * when the caches are complete.
 *
 * @example
 * ```ts no-run
 * import { artifactServer, sourceControllers } from '@gitops-toolkit/controllers';
 * import { KubeClient, loadKubeconfig } from '@gitops-toolkit/kube';
 * import { manager, terminationSignal } from '@gitops-toolkit/runtime';
 * import { ArtifactStorage } from '@gitops-toolkit/source';
 *
 * await using client = new KubeClient(await loadKubeconfig());
 * const storage = new ArtifactStorage({ root: '/data', host: 'source-controller' });
 * const runnables = [artifactServer({ storage, host: '0.0.0.0', port: 9090 })];
 * const leaderElection = { namespace: 'flux-system' };
 * const controllers = sourceControllers({ storage });
 * await manager({ name: 'source-controller', client, controllers, runnables, leaderElection }).run(terminationSignal());
 * ```
 */
export function artifactServer(options: ManagedArtifactServerOptions): Runnable {
  const { needsLeader = true, ...serving } = options;
  return {
    name: 'artifact-server',
    needsLeader,
    async run(signal) {
      await using server = await startArtifactServer(serving);
      serving.logger?.info('serving artifacts', { url: server.url });
      await aborted(signal);
    },
  };
}
