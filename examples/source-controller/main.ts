// The source controller: keeps artifacts of GitRepositories, and serves them.
import process from 'node:process';
import { gitRepositoryController, sourceControllerFlags } from '@gitops-toolkit/controllers';
import { describeError } from '@gitops-toolkit/core';
import { KubeClient, loadKubeconfig } from '@gitops-toolkit/kube';
import {
  describeFlags,
  manager,
  managerOptions,
  parseFlags,
  parseListenAddress,
  terminationSignal,
} from '@gitops-toolkit/runtime';
import {
  ArtifactStorage,
  parseDigestAlgorithm,
  startArtifactServer,
  TreeCache,
} from '@gitops-toolkit/source';

const NAME = 'source-controller';

async function main(): Promise<void> {
  if (process.argv.includes('--help'))
    return void process.stdout.write(`${describeFlags(sourceControllerFlags)}\n`);
  const flags = parseFlags(sourceControllerFlags);
  const config = await loadKubeconfig(flags.kubeconfig === '' ? {} : { path: flags.kubeconfig });
  await using client = new KubeClient(config, {
    userAgent: NAME,
    qps: flags['kube-api-qps'],
    burst: flags['kube-api-burst'],
  });
  const storage = new ArtifactStorage({
    root: flags['storage-path'],
    host: flags['storage-adv-addr'] || advertisedHost(flags['storage-addr']),
    retention: { ttlMs: flags['artifact-retention-ttl'], records: flags['artifact-retention-records'] },
    digestAlgorithm: parseDigestAlgorithm(flags['artifact-digest-algo']),
  });
  await using server = await startArtifactServer({ storage, ...parseListenAddress(flags['storage-addr']) });
  const repositories = gitRepositoryController({
    storage,
    trees: new TreeCache(),
    concurrency: flags.concurrent,
    requeueDependencyMs: flags['requeue-dependency'],
    jitterPercent: flags['interval-jitter-percentage'],
    retries: { minDelayMs: flags['min-retry-delay'], maxDelayMs: flags['max-retry-delay'] },
    ...(flags['watch-label-selector'] === ''
      ? {}
      : { selection: { labelSelector: flags['watch-label-selector'] } }),
  });
  const options = managerOptions(NAME, flags);
  options.logger?.info('serving artifacts', { url: server.url });
  await manager({ ...options, client, controllers: [repositories] }).run(terminationSignal());
}

/** Where others reach the server: an address of every interface says nothing about that. */
function advertisedHost(address: string): string {
  const { host, port } = parseListenAddress(address) ?? { host: '', port: 9090 };
  return `${host === '0.0.0.0' || host === '' ? (process.env['HOSTNAME'] ?? 'localhost') : host}:${port}`;
}

main().catch((error: unknown) => {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
});
