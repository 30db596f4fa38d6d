// The source controller: keeps artifacts of all kinds of sources, and serves them.
import { hostname } from 'node:os';
import process from 'node:process';
import {
  artifactServer,
  sourceControllerFlags,
  sourceControllerGates,
  sourceControllers,
  sourceControllersOptions,
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
import { ArtifactStorage, parseDigestAlgorithm } from '@gitops-toolkit/source';

const NAME = 'source-controller';

async function main(): Promise<void> {
  if (process.argv.includes('--help'))
    return void process.stdout.write(`${describeFlags(sourceControllerFlags)}\n`);
  const flags = parseFlags(sourceControllerFlags);
  const gates = parseFeatureGates(sourceControllerGates, flags['feature-gates']);
  const sources = await sourceControllersOptions(flags, gates);
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
  const metrics = new MetricsRegistry();
  const controllers = sourceControllers({ storage, metrics, ...sources });
  const options = managerOptions(NAME, flags);
  warnOfFixedGates(sourceControllerGates, gates, options.logger);
  const serving = {
    ...parseListenAddress(flags['storage-addr']),
    ...(options.logger && { logger: options.logger }),
  };
  const runnables = [artifactServer({ storage, ...serving })];
  await manager({ ...options, metricsRegistry: metrics, client, controllers, runnables }).run(
    terminationSignal(),
  );
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
