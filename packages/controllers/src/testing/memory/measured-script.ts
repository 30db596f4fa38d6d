// Controllers in a process of their own, whose heap is measured after as many runs as it is told: the memory of the
// servers is not counted.
import { sleep } from '@gitops-toolkit/core';
import { type ClusterConfig, KubeClient } from '@gitops-toolkit/kube';
import {
  controller,
  type ControllerDescription,
  kindOf,
  manager,
  MetricsRegistry,
  type ObjectKey,
} from '@gitops-toolkit/runtime';
import { ArtifactStorage, startArtifactServer, TreeCache } from '@gitops-toolkit/source';
import { gitRepositoryController, kustomizationController } from '../../index.ts';

/** What the process is told first. */
export interface MeasuredRequest {
  readonly config: ClusterConfig;
  readonly storageFolder: string;
  /** The two of the toolkit, or one of ConfigMaps that does nothing. */
  readonly controllers: 'trivial' | 'toolkit';
  /** The objects that are reconciled, in turn. */
  readonly keys: readonly ObjectKey[];
}

/** What it answers when it has made as many runs as it was asked for. */
export interface Memory {
  /** All runs until now. */
  readonly runs: number;
  readonly failures: number;
  /** Bytes, after garbage was collected. */
  readonly heapUsed: number;
  readonly rss: number;
}

type Enqueue = (key: ObjectKey) => void;

class MeasuredControllers {
  readonly #keys: readonly ObjectKey[];
  readonly #metrics = new MetricsRegistry();
  readonly #enqueue: Enqueue[] = [];

  constructor(keys: readonly ObjectKey[]) {
    this.#keys = keys;
  }

  async start(request: MeasuredRequest): Promise<void> {
    await this.#metrics.load();
    const isToolkit = request.controllers === 'toolkit';
    const controllers = isToolkit ? await this.#toolkit(request.storageFolder) : [this.#trivial()];
    const client = new KubeClient(request.config, { userAgent: 'measured' });
    // What goes wrong ends the process with its error.
    void manager({ name: 'measured', client, controllers, metricsRegistry: this.#metrics }).run(
      new AbortController().signal,
    );
    while (this.#enqueue.length < controllers.length) await sleep(5);
  }

  async #toolkit(root: string): Promise<ControllerDescription[]> {
    const storage = new ArtifactStorage({ root, host: () => new URL(server.url).host });
    const server = await startArtifactServer({ storage });
    const trees = new TreeCache();
    const takeEnqueue = async (enqueue: Enqueue) => void this.#enqueue.push(enqueue);
    return [
      gitRepositoryController({ storage, trees }).triggeredBy(takeEnqueue),
      kustomizationController({ trees, requeueDependencyMs: 100 }).triggeredBy(takeEnqueue),
    ];
  }

  #trivial(): ControllerDescription {
    return controller(kindOf('v1', 'ConfigMap'), async () => {}).triggeredBy(
      async (enqueue) => void this.#enqueue.push(enqueue),
    );
  }

  /** Makes so many more runs, of all objects in turn. */
  async run(count: number): Promise<Memory> {
    const end = (await this.#count('controller_runtime_reconcile_total')) + count;
    for (let runs = end - count; runs < end;) {
      const next = runs + this.#enqueue.length * this.#keys.length;
      for (const enqueue of this.#enqueue) for (const key of this.#keys) enqueue(key);
      while (runs < next) {
        await sleep(10);
        runs = await this.#count('controller_runtime_reconcile_total');
      }
    }
    return this.#measure();
  }

  async #measure(): Promise<Memory> {
    const [runs, failures] = await Promise.all(
      ['reconcile_total', 'reconcile_errors_total'].map((name) => this.#count(`controller_runtime_${name}`)),
    );
    const heapUsed = await usedHeap();
    return { runs: runs ?? 0, failures: failures ?? 0, heapUsed, rss: process.memoryUsage.rss() };
  }

  async #count(metric: string): Promise<number> {
    const lines = (await this.#metrics.text()).split('\n').filter((line) => line.startsWith(`${metric}{`));
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  }
}

/** What is still in use when garbage is collected until there is none: code that is no longer run goes late. */
async function usedHeap(): Promise<number> {
  for (let before = Infinity; ;) {
    for (let n = 0; n < 4; n++) {
      await sleep(50);
      globalThis.gc?.();
    }
    const { heapUsed } = process.memoryUsage();
    if (heapUsed > before * 0.995) return heapUsed;
    before = heapUsed;
  }
}

process.on('disconnect', () => process.exit());
process.once('message', (request: MeasuredRequest) => {
  const controllers = new MeasuredControllers(request.keys);
  void controllers.start(request).then(() => {
    process.on('message', (count: number) => {
      void controllers.run(count).then((memory) => process.send?.(memory));
    });
    process.send?.('started');
  });
});
