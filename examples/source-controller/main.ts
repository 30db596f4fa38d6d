// The source controller: keeps artifacts of all kinds of sources, and serves them.
import { hostname } from 'node:os';
import process from 'node:process';
import {
  helmChartPaths,
  kustomizationPaths,
  sourceControllerFlags,
  sourceControllerGates,
  sourceControllers,
  trustedRootFile,
  warnOfFixedGates,
} from '@gitops-toolkit/controllers';
import { describeError } from '@gitops-toolkit/core';
import { KubeClient, loadKubeconfig } from '@gitops-toolkit/kube';
import {
  describeFlags,
  manager,
  managerOptions,
  MetricsRegistry,
  parseFeatureGates,
  parseFlags,
  parseListenAddress,
  terminationSignal,
} from '@gitops-toolkit/runtime';
import { ArtifactStorage, parseDigestAlgorithm, startArtifactServer } from '@gitops-toolkit/source';

const NAME = 'source-controller';

async function main(): Promise<void> {
  if (process.argv.includes('--help'))
    return void process.stdout.write(`${describeFlags(sourceControllerFlags)}\n`);
  const flags = parseFlags(sourceControllerFlags);
  const gates = parseFeatureGates(sourceControllerGates, flags['feature-gates']);
  const trustedRoot = await trustedRootFile(flags['sigstore-trusted-root']);
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
  const metrics = new MetricsRegistry();
  const selector = flags['watch-label-selector'];
  const account = flags['default-service-account'];
  const controllers = sourceControllers({
    storage,
    metrics,
    concurrency: flags.concurrent,
    requeueDependencyMs: flags['requeue-dependency'],
    jitterPercent: flags['interval-jitter-percentage'],
    retries: { minDelayMs: flags['min-retry-delay'], maxDelayMs: flags['max-retry-delay'] },
    maxIndexBytes: flags['helm-index-max-size'],
    maxChartBytes: flags['helm-chart-max-size'],
    maxChartFileBytes: flags['helm-chart-file-max-size'],
    indexCache: {
      maxSize: flags['helm-cache-max-size'],
      ttlMs: flags['helm-cache-ttl'],
      purgeIntervalMs: flags['helm-cache-purge-interval'],
    },
    tokenCache: {
      maxSize: flags['token-cache-max-size'],
      maxDurationMs: flags['token-cache-max-duration'],
    },
    kexAlgorithms: flags['ssh-kex-algos'],
    hostKeyAlgorithms: flags['ssh-hostkey-algos'],
    objectLevelWorkloadIdentity: gates.ObjectLevelWorkloadIdentity,
    consumers: gates.ConsumerPaths ? [kustomizationPaths, helmChartPaths] : [],
    ...(trustedRoot && { trustedRoot }),
    ...(account !== '' && { defaultServiceAccount: account }),
    ...(selector !== '' && { selection: { labelSelector: selector } }),
  });
  const options = managerOptions(NAME, flags);
  warnOfFixedGates(sourceControllerGates, gates, options.logger);
  options.logger?.info('serving artifacts', { url: server.url });
  await manager({ ...options, metricsRegistry: metrics, client, controllers }).run(terminationSignal());
}

/** Where others reach the server, as Flux has it: an address of every interface says nothing about that. */
function advertisedHost(address: string): string {
  const { host, port } = parseListenAddress(address, 'localhost') ?? { host: 'localhost', port: 9090 };
  return `${host === '0.0.0.0' ? (process.env['HOSTNAME'] ?? hostname()) : host}:${port}`;
}

main().catch((error: unknown) => {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
});
