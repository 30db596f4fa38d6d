// Ours of follow.go: follow.ts <kubeconfig> <namespace> <apiVersion> <kind> <URL of kube> <URL of runtime>
import process from 'node:process';
import { createInterface } from 'node:readline';
import type * as Kube from '../../../packages/kube/src/index.ts';
import type * as Runtime from '../../../packages/runtime/src/index.ts';

const [path = '', namespace = '', apiVersion = '', kind = '', kubeUrl = '', runtimeUrl = ''] =
  process.argv.slice(2);
const { KubeClient, loadKubeconfig } = (await import(kubeUrl)) as typeof Kube;
const { controller, kindOf, manager } = (await import(runtimeUrl)) as typeof Runtime;

const writtenAt = 'example.com/written-at';
let at: number[] = [];
let delays: number[] = [];

// oxlint-disable-next-line typescript/require-await -- a reconciler returns a promise
const follower = controller(kindOf(apiVersion, kind), async (object) => {
  const now = Math.round((performance.timeOrigin + performance.now()) * 1000);
  at.push(now);
  const written = object.metadata.annotations?.[writtenAt];
  if (written !== undefined) delays.push(now - Number(written));
});

const client = new KubeClient(await loadKubeconfig({ path }));
const stop = new AbortController();
const running = manager({
  name: 'follow',
  client,
  namespaces: [namespace],
  controllers: [follower],
}).run(stop.signal);
for await (const _ of createInterface(process.stdin)) {
  const { user, system } = process.cpuUsage();
  console.log(JSON.stringify({ at, delays, cpuSeconds: (user + system) / 1e6 }));
  at = [];
  delays = [];
}
stop.abort();
await running;
await client[Symbol.asyncDispose]();
