import type { GitRepository } from '@gitops-toolkit/api';
import type { KubeClient } from '@gitops-toolkit/kube';
import { basicAuthOf, bearerTokenOf, readSecret, type SecretData, tlsFilesOf } from '@gitops-toolkit/runtime';
import type { GitCredentials, GitFetchOptions } from '@gitops-toolkit/source';

/** How the repository of an object is got into. */
export type GitAccess = Pick<GitFetchOptions, 'credentials' | 'tls'>;

/**
 * What the Secret of a GitRepository says about getting in: basic or bearer credentials, and TLS material.
 *
 * @throws RuntimeError `RUNTIME_SECRET_INVALID` where there is no Secret or half of a pair is missing.
 */
export async function readAccess(
  object: GitRepository,
  client: KubeClient,
  signal: AbortSignal,
): Promise<GitAccess> {
  const name = object.spec.secretRef?.name;
  if (name === undefined) return {};
  const secret = await readSecret(client, { namespace: object.metadata.namespace ?? '', name }, signal);
  return accessOf(secret);
}

/** What the entries of a Secret say about getting in. */
export function accessOf(secret: SecretData): GitAccess {
  const [credentials, tls] = [credentialsOf(secret), tlsFilesOf(secret)];
  return { ...(credentials ? { credentials } : {}), ...(tls ? { tls } : {}) };
}

function credentialsOf(secret: SecretData): GitCredentials | undefined {
  const bearerToken = bearerTokenOf(secret);
  return bearerToken === undefined ? basicAuthOf(secret) : { bearerToken };
}
