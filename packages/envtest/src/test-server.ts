import type { ClusterConfig } from '@gitops-toolkit/kube';

/** A running API server, embedded or real, as its user sees it. Disposing it stops it. */
export interface TestServer extends AsyncDisposable {
  /** How to reach the server as an administrator: give it to a `KubeClient`. */
  readonly config: ClusterConfig;
  /** Scheme, host and port, without a path. */
  readonly url: string;
  /** A kubeconfig in YAML for `kubectl` and other programs. */
  kubeconfig(): string;
  /** Ends the server and everything that it holds; a second call does nothing. */
  stop(): Promise<void>;
}
