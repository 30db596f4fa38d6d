import type { OCIRepository } from '@gitops-toolkit/api';
import type { KubeClient } from '@gitops-toolkit/kube';
import { type CredentialStore, parseReference, type RepositoryOptions } from '@gitops-toolkit/oci';
import { type CloudIdentityOptions, identityOf } from '../source/cloud-identity.ts';
import type { RegistryOptions } from '../source/registry-options.ts';
import { readPullSecrets } from '../source/pull-secrets.ts';
import { certificatesOf, proxyOf, readReferenced } from '../source/source-access.ts';

/** How the registry of an object is got into. */
export type OciAccess = Pick<
  RepositoryOptions,
  'allowedRealms' | 'credentials' | 'insecure' | 'proxy' | 'tls'
>;

/**
 * What an OCIRepository says about getting in: by pull secrets, or else by the identity of a cloud; with which
 * certificates, through which proxy.
 *
 * @throws what reading Secrets and asking clouds throws
 */
export async function readAccess(
  object: OCIRepository,
  client: KubeClient,
  options: CloudIdentityOptions & RegistryOptions & { readonly signal: AbortSignal },
): Promise<OciAccess> {
  const { certSecretRef, proxySecretRef, insecure } = object.spec;
  const reader = { object, client, signal: options.signal };
  const tls = await readReferenced(certSecretRef, reader, certificatesOf);
  const found = await readReferenced(proxySecretRef, reader, proxyOf);
  const { address: url, ...login } = found ?? { address: undefined };
  const credentials =
    (await readPullSecrets(object.spec, reader)) ?? (await cloudCredentials(object, client, options));
  return {
    ...(credentials && { credentials }),
    ...(options.allowedRealms && { allowedRealms: options.allowedRealms }),
    ...(insecure && { insecure }),
    ...(tls && { tls }),
    ...(url !== undefined && { proxy: { url, ...login } }),
  };
}

async function cloudCredentials(
  object: OCIRepository,
  client: KubeClient,
  options: CloudIdentityOptions & { readonly signal: AbortSignal },
): Promise<CredentialStore | undefined> {
  const { provider = 'generic', url } = object.spec;
  if (provider === 'generic') return undefined;
  const { registryLogin } = await import('@gitops-toolkit/auth');
  const identity = await identityOf(object, client, options);
  const login = await registryLogin(provider, parseReference(url).registry, identity);
  return async () => login;
}
