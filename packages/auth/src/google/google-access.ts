import { readTokenFile, variable } from '../environment.ts';
import { type IdentityOptions, ownerKey } from '../identity-options.ts';
import type { RegistryCredentials } from '../registry-credentials.ts';
import type { GoogleToken } from './google-token.ts';
import { metadataToken } from './metadata.ts';
import { parseServiceAccountKey, serviceAccountKeyToken } from './service-account-key.ts';
import { federatedIdentity, type GoogleEndpoints, workloadIdentityToken } from './workload-identity.ts';

const REGISTRY = /^(?:(?:.+\.)?gcr\.io|[^/]+-docker\.pkg\.dev|docker\.s3nsregistry\.fr)$/;

/** Where tokens are asked for. */
export interface GoogleOptions extends IdentityOptions {
  readonly endpoints?: GoogleEndpoints;
}

/**
 * A token of Google Cloud: for the identity that a service account is annotated with, or the program's own, which is a
 * key that GOOGLE_APPLICATION_CREDENTIALS names, or what the metadata server gives.
 *
 * @throws {@link AuthError}; the reason of the signal
 */
export function googleToken(options: GoogleOptions): Promise<GoogleToken> {
  const { cache, serviceAccount, involved, signal } = options;
  const identity = serviceAccount ? federatedIdentity(serviceAccount) : {};
  const fetch = (): Promise<GoogleToken> =>
    serviceAccount ? workloadIdentityToken(serviceAccount, options) : ownToken(options);
  if (!cache) return fetch();
  const key = ['gcp', ownerKey(options), identity.email ?? '', identity.provider ?? ''].join('|');
  return cache.get(key, fetch, { involved, signal });
}

/** Whether a registry is one of Google's. */
export function isGoogleRegistry(host: string): boolean {
  return REGISTRY.test(host);
}

/** The user name and password of an Artifact Registry. */
export async function googleRegistryCredentials(options: GoogleOptions): Promise<RegistryCredentials> {
  const { token, expiresAtMs } = await googleToken(options);
  return { username: 'oauth2accesstoken', password: token, expiresAtMs };
}

async function ownToken(options: GoogleOptions): Promise<GoogleToken> {
  const file = variable(options, 'GOOGLE_APPLICATION_CREDENTIALS');
  if (file === undefined) return metadataToken(options);
  return serviceAccountKeyToken(parseServiceAccountKey(await readTokenFile(options, file)), options);
}
