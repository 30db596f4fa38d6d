import type { GitRepository } from '@gitops-toolkit/api';
import type { KubeClient } from '@gitops-toolkit/kube';
import { basicAuthOf, bearerTokenOf, readSecret, type SecretData, tlsFilesOf } from '@gitops-toolkit/runtime';
import type { GitCredentials, GitFetchOptions, GitSshAccess } from '@gitops-toolkit/source';
import { ControllersError } from '../errors.ts';
import { ReconcileFailure } from '../reconcile-failure.ts';
import { type CloudIdentityOptions, identityOf } from '../source/cloud-identity.ts';
import { proxyOf, readReferenced } from '../source/source-access.ts';

/** How the repository of an object is got into. */
export type GitAccess = Pick<GitFetchOptions, 'credentials' | 'tls' | 'ssh' | 'proxy'>;

/** What is the same for all repositories. */
export interface GitAccessOptions extends CloudIdentityOptions {
  /** Offered in place of the defaults: `--ssh-kex-algos`. */
  readonly kexAlgorithms?: readonly string[];
  /** The same of host keys: `--ssh-hostkey-algos`. */
  readonly hostKeyAlgorithms?: readonly string[];
}

/**
 * What a GitRepository says about getting in: by what its Secret has, or by the identity of a cloud, and through
 * which proxy.
 *
 * @throws RuntimeError `RUNTIME_SECRET_INVALID` where there is no Secret or half of a pair is missing;
 * ReconcileFailure `InvalidProviderConfiguration`; what the clouds answer.
 */
export async function readAccess(
  object: GitRepository,
  client: KubeClient,
  options: GitAccessOptions & { readonly signal: AbortSignal },
): Promise<GitAccess> {
  const { secretRef, proxySecretRef } = object.spec;
  const { signal } = options;
  const namespace = object.metadata.namespace ?? '';
  const secret = secretRef && (await readSecret(client, { namespace, name: secretRef.name }, signal));
  const found = await readReferenced(proxySecretRef, { object, client, signal }, proxyOf);
  const { address: url, ...login } = found ?? { address: undefined };
  const access = await accessBy(object, secret, client, options);
  return { ...access, ...(url === undefined ? {} : { proxy: { url, ...login } }) };
}

async function accessBy(
  object: GitRepository,
  secret: SecretData | undefined,
  client: KubeClient,
  options: GitAccessOptions & { readonly signal: AbortSignal },
): Promise<GitAccess> {
  const { provider = 'generic', url } = object.spec;
  if (provider === 'generic') {
    if (secret?.keys.includes('githubAppID'))
      throw invalidProvider('the secret is that of a GitHub App, and the provider is not github');
    return secret ? accessOf(secret, url, options) : {};
  }
  const auth = await import('@gitops-toolkit/auth');
  const identity = await identityOf(object, client, options);
  if (provider === 'aws') return { credentials: await auth.codeCommitCredentials(url, identity) };
  if (provider === 'azure') return { credentials: await auth.azureDevOpsCredentials(identity) };
  if (!secret) throw invalidProvider('the provider github needs a secret with the GitHub App');
  const entries = Object.fromEntries(secret.keys.map((key) => [key, secret.text(key) ?? '']));
  const ca = secret.text('ca.crt');
  const tls = ca === undefined ? {} : { tls: { ca } };
  return {
    credentials: await auth.gitHubAppCredentials(auth.gitHubAppOf(entries), { ...identity, ...tls }),
    ...tls,
  };
}

/** What the entries of a Secret say about getting in to a URL. */
export function accessOf(
  secret: SecretData,
  url: string,
  options: Pick<GitAccessOptions, 'kexAlgorithms' | 'hostKeyAlgorithms'> = {},
): GitAccess {
  if (url.startsWith('ssh://')) return { ssh: sshAccessOf(secret, options) };
  const [credentials, tls] = [credentialsOf(secret), tlsFilesOf(secret)];
  return { ...(credentials ? { credentials } : {}), ...(tls ? { tls } : {}) };
}

function credentialsOf(secret: SecretData): GitCredentials | undefined {
  const bearerToken = bearerTokenOf(secret);
  return bearerToken === undefined ? basicAuthOf(secret) : { bearerToken };
}

/** Both are needed: without `known_hosts` any host could be the one that is meant. */
function sshAccessOf(
  secret: SecretData,
  { kexAlgorithms, hostKeyAlgorithms }: Pick<GitAccessOptions, 'kexAlgorithms' | 'hostKeyAlgorithms'>,
): GitSshAccess {
  const [identity, knownHosts, passphrase] = ['identity', 'known_hosts', 'password'].map((key) =>
    secret.text(key),
  );
  if (!identity || !knownHosts) {
    throw new ControllersError(
      'CONTROLLERS_SECRET_INVALID',
      `secret '${secret.name}' has no key '${identity ? 'known_hosts' : 'identity'}'`,
      { hint: 'Access by SSH takes identity, the private key, and known_hosts.', retry: 'backoff' },
    );
  }
  return {
    identity,
    knownHosts,
    ...(passphrase ? { passphrase } : {}),
    ...(kexAlgorithms?.length ? { kexAlgorithms } : {}),
    ...(hostKeyAlgorithms?.length ? { hostKeyAlgorithms } : {}),
  };
}

function invalidProvider(words: string): ReconcileFailure {
  const cause = new ControllersError('CONTROLLERS_SPEC_INVALID', words);
  return new ReconcileFailure('InvalidProviderConfiguration', { cause, stalled: true });
}
