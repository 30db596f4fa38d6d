import type { FlagValues } from '@gitops-toolkit/runtime';
import type { sourceControllerGates } from './feature-gates.ts';
import type { sourceControllerFlags } from './flags.ts';
import { helmChartPaths, kustomizationPaths } from './git-repository/consumers/path-consumer.ts';
import type { SourceControllersOptions } from './source-controllers.ts';
import { trustedRootFile } from './source/trusted-root-file.ts';

/**
 * What the flags and gates of the source controller mean for its controllers: spread it into {@link sourceControllers}' options, beside a
 * storage.
 *
 * @throws ControllersError `CONTROLLERS_TRUSTED_ROOT_INVALID`
 */
export async function sourceControllersOptions(
  flags: FlagValues<typeof sourceControllerFlags>,
  gates: Readonly<Record<keyof typeof sourceControllerGates, boolean>>,
): Promise<Omit<SourceControllersOptions, 'storage'>> {
  const selector = flags['watch-label-selector'];
  const account = flags['default-service-account'];
  const trustedRoot = await trustedRootFile(flags['sigstore-trusted-root']);
  return {
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
    allowedRealms: flags['oci-allowed-realms'],
    objectLevelWorkloadIdentity: gates.ObjectLevelWorkloadIdentity,
    consumers: gates.ConsumerPaths ? [kustomizationPaths, helmChartPaths] : [],
    ...(trustedRoot && { trustedRoot }),
    ...(account !== '' && { defaultServiceAccount: account }),
    ...(selector !== '' && { selection: { labelSelector: selector } }),
  };
}
