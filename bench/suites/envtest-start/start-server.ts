// Starts and stops a server twice: start-server.ts <embedded | binaries> <URL of envtest> <URL of kube>
import process from 'node:process';
import type * as Envtest from '../../../packages/envtest/src/index.ts';
import type * as Kube from '../../../packages/kube/src/index.ts';

const [which = '', envtestUrl = '', kubeUrl = ''] = process.argv.slice(2);
// The client is imported first: what is left is the cost of envtest itself.
const { KubeClient } = (await import(kubeUrl)) as typeof Kube;
const importStarted = performance.now();
const { startBinaries, startEmbedded } = (await import(envtestUrl)) as typeof Envtest;
const importMs = performance.now() - importStarted;

/** To the first answer that has an object in it. */
async function startAndStop(): Promise<{ startMs: number; stopMs: number }> {
  const started = performance.now();
  const server = await (which === 'binaries' ? startBinaries() : startEmbedded());
  const client = new KubeClient(server.config);
  while (!(await client.find({ apiVersion: 'v1', kind: 'Namespace', name: 'default' })));
  const ready = performance.now();
  await client[Symbol.asyncDispose]();
  await server.stop();
  return { startMs: ready - started, stopMs: performance.now() - ready };
}

const first = await startAndStop();
const again = await startAndStop();
console.log(JSON.stringify({ importMs, ...first, startAgainMs: again.startMs }));
