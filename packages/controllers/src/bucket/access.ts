import type { Bucket } from '@gitops-toolkit/api';
import type { IdentityOptions } from '@gitops-toolkit/auth';
import type { KubeClient } from '@gitops-toolkit/kube';
import { readSecret, type SecretData } from '@gitops-toolkit/runtime';
import type { BucketAccess, BucketCredentials } from '@gitops-toolkit/source/bucket';
import { ControllersError } from '../errors.ts';
import { type CloudIdentityOptions, identityOf } from '../source/cloud-identity.ts';
import { certificatesOf, proxyOf, readReferenced, type SecretReader } from '../source/source-access.ts';
import { azureCredentials } from './azure-credentials.ts';

/**
 * What a Bucket says about getting in: by its Secret, by a token service, or by the identity of a cloud; with which
 * certificates, through which proxy.
 *
 * @throws what reading Secrets and asking clouds throws
 */
export async function readAccess(
  object: Bucket,
  client: KubeClient,
  options: CloudIdentityOptions & { readonly signal: AbortSignal },
): Promise<Pick<BucketAccess, 'credentials' | 'proxy' | 'tls'>> {
  const { secretRef, certSecretRef, proxySecretRef, provider = 'generic' } = object.spec;
  const { signal } = options;
  const reader = { object, client, signal };
  const namespace = object.metadata.namespace ?? '';
  const secret = secretRef && (await readSecret(client, { namespace, name: secretRef.name }, signal));
  // Clouds have certificates that everybody trusts; Flux looks at those of an object for `generic` alone.
  const tls =
    provider === 'generic' ? await readReferenced(certSecretRef, reader, certificatesOf) : undefined;
  const found = await readReferenced(proxySecretRef, reader, proxyOf);
  const { address: url, ...login } = found ?? { address: undefined };
  const proxy = url === undefined ? undefined : { url, ...login };
  const identity = { ...(await identityOf(object, client, options)), ...(proxy && { proxy }) };
  const credentials = await credentialsOf(object, secret, identity, reader);
  return { ...(credentials && { credentials }), ...(tls && { tls }), ...(proxy && { proxy }) };
}

async function credentialsOf(
  object: Bucket,
  secret: SecretData | undefined,
  identity: IdentityOptions,
  reader: SecretReader,
): Promise<BucketCredentials | undefined> {
  const { provider = 'generic', region, sts } = object.spec;
  if (provider === 'azure') return azureCredentials(object, secret, identity);
  if (provider === 'gcp') return googleCredentials(secret, identity);
  if (secret) return keysOf(secret);
  if (sts?.provider === 'ldap') return ldapCredentials(object, identity, reader);
  if (provider === 'generic') return undefined;
  const { awsCredentials } = await import('@gitops-toolkit/auth');
  const stsEndpoint = sts?.endpoint;
  return awsCredentials({ ...identity, ...(region && { region }), ...(stsEndpoint && { stsEndpoint }) });
}

function keysOf(secret: SecretData): BucketCredentials {
  const [accessKeyId, secretAccessKey] = ['accesskey', 'secretkey'].map((key) => secret.text(key)?.trim());
  if (accessKeyId && secretAccessKey) return { accessKeyId, secretAccessKey };
  throw missing(secret, "'accesskey' and 'secretkey'");
}

async function googleCredentials(
  secret: SecretData | undefined,
  identity: IdentityOptions,
): Promise<BucketCredentials> {
  const auth = await import('@gitops-toolkit/auth');
  if (!secret) return { token: (await auth.googleToken(identity)).token };
  const json = secret.text('serviceaccount');
  if (json === undefined) throw missing(secret, "'serviceaccount'");
  return { token: (await auth.serviceAccountKeyToken(auth.parseServiceAccountKey(json), identity)).token };
}

async function ldapCredentials(
  { spec: { sts } }: Bucket,
  identity: IdentityOptions,
  reader: SecretReader,
): Promise<BucketCredentials> {
  const { assumeRoleWithLdapIdentity } = await import('@gitops-toolkit/auth');
  const tls = await readReferenced(sts?.certSecretRef, reader, certificatesOf);
  const user = await readReferenced(sts?.secretRef, reader, (secret) => {
    const [username, password] = ['username', 'password'].map((key) => secret.text(key));
    if (username !== undefined && password !== undefined) return { username, password };
    throw missing(secret, "'username' and 'password'");
  });
  const login = { endpoint: sts?.endpoint ?? '', username: '', password: '', ...user };
  return assumeRoleWithLdapIdentity(login, { ...identity, ...(tls && { tls }) });
}

function missing(secret: SecretData, keys: string): ControllersError {
  return new ControllersError(
    'CONTROLLERS_SECRET_INVALID',
    `invalid '${secret.name}' secret data: required fields ${keys}`,
    { hint: `Put ${keys} into the Secret.`, retry: 'backoff' },
  );
}
