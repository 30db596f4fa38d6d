import type { ClusterProvider, ClusterTarget } from '../clusters/cluster-provider.ts';

/** Clusters that come and go as a test says. */
export class ManualClusters implements ClusterProvider {
  readonly name: string;
  /** What {@link ManualClusters.check} throws. */
  problem: Error | undefined;
  #target: ClusterTarget | undefined;

  constructor(name = 'manual') {
    this.name = name;
  }

  async run(target: ClusterTarget): Promise<void> {
    this.#target = target;
  }

  check(): void {
    if (this.problem) throw this.problem;
  }

  get target(): ClusterTarget {
    if (!this.#target) throw new Error('nobody runs the provider');
    return this.#target;
  }
}
