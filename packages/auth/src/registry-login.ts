import { type AwsOptions } from './aws/aws-credentials.ts';
import { ecrCredentials, isEcr } from './aws/ecr.ts';
import { azureRegistryCredentials, isAzureRegistry } from './azure/azure-access.ts';
import { misconfigured } from './errors.ts';
import { googleRegistryCredentials, isGoogleRegistry } from './google/google-access.ts';
import { type IdentityOptions, ownerKey } from './identity-options.ts';
import type { RegistryCredentials } from './registry-credentials.ts';

/** The clouds whose identities are known. */
export type CloudProvider = 'aws' | 'gcp' | 'azure';

/** Which cloud a registry belongs to, by its host; `undefined` for any other. */
export function cloudOfRegistry(host: string): CloudProvider | undefined {
  if (isEcr(host)) return 'aws';
  if (isGoogleRegistry(host)) return 'gcp';
  return isAzureRegistry(host) ? 'azure' : undefined;
}

/**
 * What a registry of a cloud is logged in to with, by the identity of a service account or of the program.
 *
 * @throws {@link AuthError}; the reason of the signal
 *
 * @example
 * ```ts no-run
 * import { registryLogin, TokenCache } from '@gitops-toolkit/auth';
 * import { HttpClient } from '@gitops-toolkit/core/http';
 * await using http = new HttpClient();
 * const { username } = await registryLogin('gcp', 'europe-docker.pkg.dev', { http, cache: new TokenCache() });
 * console.log(username); // oauth2accesstoken
 * ```
 */
export function registryLogin(
  provider: CloudProvider,
  host: string,
  options: IdentityOptions & Pick<AwsOptions, 'stsEndpoint'>,
): Promise<RegistryCredentials> {
  if (cloudOfRegistry(host) !== provider)
    throw misconfigured(
      `${host} is no registry of ${provider}`,
      'Set the provider that the registry belongs to.',
    );
  // The identity's own token is not kept: it is not needed again as long as that of the registry is good.
  const { cache, involved, ...uncached } = options;
  const login = (): Promise<RegistryCredentials> => {
    if (provider === 'aws') return ecrCredentials(host, uncached);
    return provider === 'gcp'
      ? googleRegistryCredentials(uncached)
      : azureRegistryCredentials(host, uncached);
  };
  if (!cache) return login();
  const identity = Object.entries(options.serviceAccount?.annotations ?? {}).map(
    ([name, value]) => `${name}=${value}`,
  );
  return cache.get(['registry', provider, host, ownerKey(options), ...identity.toSorted()].join('|'), login, {
    involved,
    signal: options.signal,
  });
}
