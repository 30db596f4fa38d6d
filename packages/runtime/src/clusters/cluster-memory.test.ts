import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { startEmbedded } from '@gitops-toolkit/envtest';
import { KubeClient } from '@gitops-toolkit/kube';
import { describe, expect, it } from 'vitest';

import { controller } from '../controller/builder.ts';
import { MetricsRegistry } from '../metrics/metrics-registry.ts';
import { kindOf } from '../resource-kind.ts';
import { ManualClusters } from '../testing/manual-clusters.ts';
import { eventually } from '../testing/test-cluster.ts';
import { ClusterFleet } from './cluster-fleet.ts';

const ConfigMap = kindOf('v1', 'ConfigMap');

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What is left of the heap when everything was collected that can be. */
async function heap(): Promise<number> {
  // Sockets and timers let go in turns of the event loop.
  for (let i = 0; i < 5; i++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    collectGarbage();
  }
  return process.memoryUsage().heapUsed;
}

describe('2.13 clusters that come and go', () => {
  it('leave no trace in memory', async () => {
    await using server = await startEmbedded({ historyLimit: 50 });
    await using client = new KubeClient(server.config);
    const value = 'x'.repeat(1000);
    for (let i = 0; i < 200; i++) {
      const metadata = { namespace: 'default', name: `map-${i}` };
      await client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { value: `${i}${value}` } });
    }
    const metricsRegistry = new MetricsRegistry();
    await metricsRegistry.load();
    const clusters = new ManualClusters();
    let runs = 0;
    const controllers = [
      controller(ConfigMap, async () => {
        runs++;
        // Half of the keys are waiting to be tried again when the cluster goes.
        if (runs % 2 === 0) throw new Error('later');
      }),
    ];
    const providers = [clusters];
    const fleet = new ClusterFleet({ name: 'fleet', providers, controllers, metricsRegistry });
    const stopping = new AbortController();
    const running = fleet.run(stopping.signal);
    const engageAndDrop = async (times: number): Promise<void> => {
      for (let i = 0; i < times; i++) {
        runs = 0;
        clusters.target.engage({ name: `cluster-${i}`, config: server.config, revision: '1' });
        await eventually(() => runs >= 200, 'every object was reconciled');
        await metricsRegistry.text();
        await clusters.target.drop(`cluster-${i}`);
      }
    };
    // Until the engine has compiled and cached what it will.
    await engageAndDrop(10);
    const before = await heap();
    await engageAndDrop(50);
    const after = await heap();
    stopping.abort();
    await running;
    expect(after / before).toBeLessThan(1.05);
  }, 60_000);
});
