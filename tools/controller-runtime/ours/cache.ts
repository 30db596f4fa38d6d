// Ours of cache.go: cache.ts <kubeconfig> <namespace> <apiVersion> <kind> <URL of kube> <URL of runtime>
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type * as Kube from '../../../packages/kube/src/index.ts';
import type * as Runtime from '../../../packages/runtime/src/index.ts';

const [path = '', namespace = '', apiVersion = '', kind = '', kubeUrl = '', runtimeUrl = ''] =
  process.argv.slice(2);
const { KubeClient, loadKubeconfig } = (await import(kubeUrl)) as typeof Kube;
const { clusterSource, kindOf, WatchCache } = (await import(runtimeUrl)) as typeof Runtime;

const watched = kindOf(apiVersion, kind);
const client = new KubeClient(await loadKubeconfig({ path }));
const before = await heapBytes();
const started = performance.now();
const cache = new WatchCache({ source: clusterSource(client), namespaces: [namespace] });
cache.watch(watched);
cache.start();
await cache.waitForSync();
const seconds = (performance.now() - started) / 1000;
const after = await heapBytes();
const objects = cache.list(watched).length;
console.log(JSON.stringify({ seconds, bytesEach: (after - before) / objects, objects }));
process.exit();

/** What is reachable, on the heap of JavaScript and beside it. */
async function heapBytes(): Promise<number> {
  if (!globalThis.gc) throw new Error('start it with --expose-gc');
  for (let i = 0; i < 3; i++) {
    await sleep(10);
    globalThis.gc();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
