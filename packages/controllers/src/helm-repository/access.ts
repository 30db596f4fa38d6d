import type { HelmRepository } from '@gitops-toolkit/api';
import type { KubeClient } from '@gitops-toolkit/kube';
import { type CredentialStore, dockerConfigCredentials, parseReference } from '@gitops-toolkit/oci';
import { basicAuthOf, readSecret, type SecretData, tlsFilesOf } from '@gitops-toolkit/runtime';
import type { ChartRepositoryAccess } from '@gitops-toolkit/source/helm';
import { type CloudIdentityOptions, identityOf } from '../source/cloud-identity.ts';
import type { RegistryOptions } from '../source/registry-options.ts';
import { certificatesOf, readReferenced } from '../source/source-access.ts';

/**
 * What a HelmRepository says about getting in: by its Secret, or at a registry else by the identity of a cloud.
 *
 * @throws what reading Secrets and asking clouds throws
 */
export async function readRepositoryAccess(
  object: HelmRepository,
  client: KubeClient,
  options: CloudIdentityOptions & RegistryOptions & { readonly signal: AbortSignal },
): Promise<ChartRepositoryAccess> {
  const { url, secretRef, certSecretRef, passCredentials, insecure } = object.spec;
  const { signal, allowedRealms } = options;
  const namespace = object.metadata.namespace ?? '';
  const secret = secretRef && (await readSecret(client, { namespace, name: secretRef.name }, signal));
  // TLS in spec.secretRef is what certSecretRef has replaced.
  const tls =
    (await readReferenced(certSecretRef, { object, client, signal }, certificatesOf)) ??
    (secret && tlsFilesOf(secret));
  const login = url.startsWith('oci://')
    ? { registry: (secret && registryOf(secret)) ?? (await cloudRegistry(object, client, options)) }
    : { credentials: secret && basicAuthOf(secret) };
  return {
    ...(login.registry && { registry: login.registry }),
    ...(allowedRealms && { allowedRealms }),
    ...(login.credentials && { credentials: login.credentials }),
    ...(tls && { tls }),
    ...(passCredentials && { passCredentials }),
    ...(insecure && { insecure }),
  };
}

function registryOf(secret: SecretData): CredentialStore | undefined {
  const config = secret.text('.dockerconfigjson');
  if (config !== undefined) return dockerConfigCredentials(config);
  const basic = basicAuthOf(secret);
  return basic && (async () => basic);
}

async function cloudRegistry(
  object: HelmRepository,
  client: KubeClient,
  options: CloudIdentityOptions & { readonly signal: AbortSignal },
): Promise<CredentialStore | undefined> {
  const { provider = 'generic', url } = object.spec;
  if (provider === 'generic') return undefined;
  const { registryLogin } = await import('@gitops-toolkit/auth');
  // The URL of a repository of charts may be a registry alone.
  const { registry } = parseReference(`${url.replace(/\/+$/, '')}/chart`);
  const login = await registryLogin(provider, registry, await identityOf(object, client, options));
  return async () => login;
}
