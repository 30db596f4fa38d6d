// The kustomize controller: builds, applies, prunes and watches over Kustomizations.
import process from 'node:process';
import {
  kustomizationController,
  kustomizeControllerFlags,
  kustomizeControllerGates,
  warnOfFixedGates,
} from '@gitops-toolkit/controllers';
import { describeError } from '@gitops-toolkit/core';
import { KubeClient, loadKubeconfig } from '@gitops-toolkit/kube';
import {
  describeFlags,
  manager,
  managerOptions,
  parseFeatureGates,
  parseFlags,
  terminationSignal,
} from '@gitops-toolkit/runtime';
import { TreeCache } from '@gitops-toolkit/source';

const NAME = 'kustomize-controller';

async function main(): Promise<void> {
  if (process.argv.includes('--help'))
    return void process.stdout.write(`${describeFlags(kustomizeControllerFlags)}\n`);
  const flags = parseFlags(kustomizeControllerFlags);
  const gates = parseFeatureGates(kustomizeControllerGates, flags['feature-gates']);
  const config = await loadKubeconfig(flags.kubeconfig === '' ? {} : { path: flags.kubeconfig });
  await using client = new KubeClient(config, {
    userAgent: NAME,
    qps: flags['kube-api-qps'],
    burst: flags['kube-api-burst'],
  });
  const kustomizations = kustomizationController({
    trees: new TreeCache(),
    fetchRetries: flags['http-retry'],
    concurrency: flags.concurrent,
    concurrentApplies: flags['concurrent-ssa'],
    requeueDependencyMs: flags['requeue-dependency'],
    noCrossNamespaceRefs: flags['no-cross-namespace-refs'],
    overrideManagers: flags['override-manager'],
    strictSubstitution: gates.StrictPostBuildSubstitutions,
    cancelHealthCheckOnNewRevision: gates.CancelHealthCheckOnNewRevision,
    externalArtifacts: gates.ExternalArtifact,
    directSourceFetch: gates.DirectSourceFetch,
    failFast: !gates.DisableFailFastBehavior,
    watchConfigs: !gates.DisableConfigWatchers,
    jitterPercent: flags['interval-jitter-percentage'],
    buildBudget: {
      timeoutMs: flags['build-timeout'],
      maxHeapMb: flags['build-max-memory'],
      maxOutputBytes: flags['build-max-output'] * 1024 * 1024,
    },
    retries: { minDelayMs: flags['min-retry-delay'], maxDelayMs: flags['max-retry-delay'] },
    ...(flags['default-service-account'] === ''
      ? {}
      : { defaultServiceAccount: flags['default-service-account'] }),
    ...(flags['watch-label-selector'] === ''
      ? {}
      : { selection: { labelSelector: flags['watch-label-selector'] } }),
  });
  const options = managerOptions(NAME, flags);
  warnOfFixedGates(kustomizeControllerGates, gates, options.logger);
  await manager({ ...options, client, controllers: [kustomizations] }).run(terminationSignal());
}

main().catch((error: unknown) => {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
});
