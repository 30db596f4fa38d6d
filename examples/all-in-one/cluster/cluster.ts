import type { ClusterConfig, KubeClient } from '@gitops-toolkit/kube';

/** The cluster that the demo works in. */
export interface DemoCluster extends AsyncDisposable {
  readonly config: ClusterConfig;
  readonly client: KubeClient;
  /** For the title line: what and where it is. */
  readonly title: string;
  /** Where the demo's own objects are. */
  readonly namespace: string;
  /** A kubeconfig for the user's own kubectl. */
  readonly kubeconfigFile: string;
  /** Somebody else's cluster: nothing of theirs may be touched. */
  readonly shared: boolean;
  /** Removes what the demo made; the controllers must still run, since they prune what they applied. */
  cleanUp(): Promise<void>;
}
