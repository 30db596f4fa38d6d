import { setTimeout as sleep } from 'node:timers/promises';
import { Bucket, GitRepository, Kustomization, OCIRepository } from '../../../packages/api/src/index.ts';
import { startEmbedded, startGitServer } from '../../../packages/envtest/src/index.ts';
import { KubeClient } from '../../../packages/kube/src/index.ts';
import { installDefinitions } from '../../../packages/runtime/src/harness/index.ts';
import type { Sample } from '../../benchmark.ts';
import type { PackageEntries } from '../../package-entries.ts';
import type { TemporaryFolder } from '../../temporary-folder.ts';
import { ControllersProcess } from '../reconcile/controllers-process.ts';

const NAMESPACE = 'bench';
/** What is asked of the API server without a change. */
const READS = /^(\d+ of )?(watch|list|get) /;
const SPAN_MS = 60_000;
/** What is left of the first fetches is done by then. */
const SETTLE_MS = 10_000;

/** How much of a core the controllers need for repositories that nobody changes, each with an interval of a minute. */
export async function measurePolls(
  size: number,
  entries: PackageEntries,
  temporary: TemporaryFolder,
): Promise<Sample> {
  const names = Array.from({ length: size }, (_, index) => `app-${index}`);
  await using git = await startGitServer({
    repositories: Object.fromEntries(names.map((name) => [name, { 'app.yaml': `name: ${name}\n` }])),
  });
  await using server = await startEmbedded({ simulate: false });
  await using client = new KubeClient(server.config);
  await installDefinitions(client, [Bucket, GitRepository, Kustomization, OCIRepository]);
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  for (const name of names) await client.create(repository(name, git.repositoryUrl(name)));
  await using controllers = await ControllersProcess.start({
    config: server.config,
    namespace: NAMESPACE,
    entries,
    temporary,
  });
  await controllers.whileRunning(untilReady(client, size));
  await sleep(SETTLE_MS);
  await controllers.takeUsage();
  const requests = git.requests.length;
  await sleep(SPAN_MS);
  const { cpuSeconds, peakMib, requests: asked } = await controllers.takeUsage();
  const looks = git.requests.length - requests;
  const writes = Object.entries(asked).filter(([name]) => !READS.test(name));
  return {
    writesEach: writes.reduce((sum, [, count]) => sum + count, 0) / looks,
    cpuPercent: (cpuSeconds / (SPAN_MS / 1000)) * 100,
    perSecond: looks / (SPAN_MS / 1000),
    cpuMsEach: (cpuSeconds * 1000) / looks,
    peakMib,
  };
}

function repository(name: string, url: string) {
  const { apiVersion, kind } = GitRepository;
  const spec = { url, interval: '1m', ref: { branch: 'main' } };
  return { apiVersion, kind, metadata: { name, namespace: NAMESPACE }, spec };
}

async function untilReady(client: KubeClient, size: number): Promise<void> {
  for (;;) {
    const { items } = await client.list<GitRepository>(GitRepository, { namespace: NAMESPACE });
    if (items.filter(({ status }) => status?.artifact).length === size) return;
    await sleep(500);
  }
}
