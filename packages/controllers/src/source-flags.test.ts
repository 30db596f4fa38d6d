import { parseFeatureGates, parseFlags } from '@gitops-toolkit/runtime';
import { describe, expect, it } from 'vitest';
import { sourceControllerGates } from './feature-gates.ts';
import { sourceControllerFlags } from './flags.ts';
import { helmChartPaths, kustomizationPaths } from './git-repository/consumers/path-consumer.ts';
import { sourceControllersOptions } from './source-flags.ts';

function optionsFor(...argv: string[]): ReturnType<typeof sourceControllersOptions> {
  const flags = parseFlags(sourceControllerFlags, { argv, env: {} });
  return sourceControllersOptions(flags, parseFeatureGates(sourceControllerGates, flags['feature-gates']));
}

describe('sourceControllersOptions', () => {
  it('has the defaults of Flux', async () => {
    const options = await optionsFor();
    expect(options).toMatchObject({
      concurrency: 2,
      requeueDependencyMs: 30_000,
      retries: { minDelayMs: 750, maxDelayMs: 900_000 },
      indexCache: { maxSize: 0 },
      objectLevelWorkloadIdentity: false,
      consumers: [],
    });
    for (const name of ['trustedRoot', 'defaultServiceAccount', 'selection'])
      expect(options).not.toHaveProperty(name);
  });

  it('takes what is given', async () => {
    const gates = '--feature-gates=ConsumerPaths=true,ObjectLevelWorkloadIdentity=true';
    const realms = '--oci-allowed-realms=auth.example.com,auth.example.org';
    const options = await optionsFor(
      '--default-service-account=robot',
      '--watch-label-selector=a=b',
      realms,
      gates,
    );
    expect(options).toMatchObject({
      defaultServiceAccount: 'robot',
      selection: { labelSelector: 'a=b' },
      allowedRealms: ['auth.example.com', 'auth.example.org'],
      objectLevelWorkloadIdentity: true,
      consumers: [kustomizationPaths, helmChartPaths],
    });
  });

  it('ends at the start where the file of the trusted root cannot be used', async () => {
    await expect(optionsFor('--sigstore-trusted-root=/none/root.json')).rejects.toMatchObject({
      code: 'CONTROLLERS_TRUSTED_ROOT_INVALID',
      message: 'the trusted root /none/root.json cannot be read',
    });
  });
});
