import type { GitRepository } from '@gitops-toolkit/api';
import type { KubeClient } from '@gitops-toolkit/kube';
import type { GitCredentials, GitFetchOptions } from '@gitops-toolkit/source';
import { ControllersError } from '../errors.ts';
import { readSecret, type SecretData } from '../secret-data.ts';

/** How the repository of an object is got into. */
export type GitAccess = Pick<GitFetchOptions, 'credentials' | 'tls'>;

/**
 * What the Secret of a GitRepository says about getting in: basic or bearer credentials, and TLS material.
 *
 * @throws ControllersError `CONTROLLERS_SECRET_INVALID` where there is no Secret or half of a pair is missing.
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
  const [credentials, tls] = [credentialsOf(secret), tlsOf(secret)];
  return { ...(credentials ? { credentials } : {}), ...(tls ? { tls } : {}) };
}

function credentialsOf(secret: SecretData): GitCredentials | undefined {
  const token = secret.text('bearerToken');
  if (token !== undefined) return { bearerToken: token.trim() };
  const [username, password] = [secret.text('username'), secret.text('password')];
  if (username === undefined && password === undefined) return undefined;
  if (username === undefined || password === undefined) {
    const missing = username === undefined ? 'username' : 'password';
    throw invalid(secret, `has no key '${missing}'`, 'Basic authentication takes username and password.');
  }
  return { username, password };
}

function tlsOf(secret: SecretData): GitFetchOptions['tls'] | undefined {
  const ca = secret.text('ca.crt') ?? secret.text('caFile');
  const cert = secret.text('tls.crt') ?? secret.text('certFile');
  const key = secret.text('tls.key') ?? secret.text('keyFile');
  if ((cert === undefined) !== (key === undefined)) {
    throw invalid(secret, 'holds half of a client certificate', 'Give both tls.crt and tls.key.');
  }
  if (ca === undefined && cert === undefined) return undefined;
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
  };
}

function invalid(secret: SecretData, what: string, hint: string): ControllersError {
  return new ControllersError('CONTROLLERS_SECRET_INVALID', `secret '${secret.name}' ${what}`, {
    hint,
    retry: 'backoff',
  });
}
