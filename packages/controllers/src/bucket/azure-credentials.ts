import type { Bucket } from '@gitops-toolkit/api';
import type { AzureApplication, IdentityOptions } from '@gitops-toolkit/auth';
import type { SecretData } from '@gitops-toolkit/runtime';
import type { BucketCredentials } from '@gitops-toolkit/source/bucket';
import { createPrivateKey } from 'node:crypto';
import { ControllersError } from '../errors.ts';

/**
 * What a container of Azure is got into with: by what its secret has, in the order in which Flux looks, or by an identity.
 *
 * @throws ControllersError `CONTROLLERS_SECRET_INVALID`; AuthError
 */
export async function azureCredentials(
  { spec: { endpoint } }: Bucket,
  secret: SecretData | undefined,
  identity: IdentityOptions,
): Promise<BucketCredentials> {
  const { applicationToken, AZURE_SCOPES, azureToken, managedIdentityToken } =
    await import('@gitops-toolkit/auth');
  const scope = AZURE_SCOPES.blobStorage;
  if (!secret) return { token: (await azureToken(scope, identity)).token };
  const application = applicationOf(secret);
  if (application) return { token: (await applicationToken(application, scope, identity)).token };
  const [clientId, accountKey, sasKey] = ['clientId', 'accountKey', 'sasKey'].map((key) =>
    secret.text(key)?.trim(),
  );
  if (clientId) return { token: (await managedIdentityToken(scope, { ...identity, clientId })).token };
  if (accountKey) return { accountKey };
  if (sasKey) return { sasKey };
  throw new ControllersError(
    'CONTROLLERS_SECRET_INVALID',
    `secret '${secret.name}' has nothing to get into ${endpoint} with`,
    {
      hint: 'It has accountKey, sasKey, clientId, or tenantId and clientId with clientSecret or clientCertificate.',
      retry: 'backoff',
    },
  );
}

function applicationOf(secret: SecretData): AzureApplication | undefined {
  const text = (key: string): string | undefined => secret.text(key);
  const [tenantId, clientId, clientSecret, authorityHost] = [
    'tenantId',
    'clientId',
    'clientSecret',
    'authorityHost',
  ].map((key) => text(key)?.trim());
  const certificate = text('clientCertificate');
  if (!tenantId || !clientId || (!clientSecret && !certificate)) return undefined;
  const own = { tenantId, clientId, ...(authorityHost && { authorityHost }) };
  if (clientSecret) return { ...own, secret: clientSecret };
  const sendChain = ['true', '1'].includes(text('clientCertificateSendChain')?.trim() ?? '');
  const key = keyIn(secret, certificate ?? '', text('clientCertificatePassword'));
  return { ...own, certificate: { cert: certificate ?? '', key, sendChain } };
}

/** The key beside a certificate in PEM, without its password. */
function keyIn(secret: SecretData, certificate: string, passphrase: string | undefined): string {
  try {
    const [pem = ''] =
      /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]+?-----END [A-Z ]*PRIVATE KEY-----/.exec(certificate) ?? [];
    const key = createPrivateKey({ key: pem, ...(passphrase && { passphrase }) });
    return key.export({ type: 'pkcs8', format: 'pem' }).toString();
  } catch (cause) {
    throw new ControllersError(
      'CONTROLLERS_SECRET_INVALID',
      `secret '${secret.name}' has no private key beside its clientCertificate, or not the key's password`,
      {
        cause,
        hint: 'clientCertificate holds both in PEM; PKCS #12 has to be taken apart before.',
        retry: 'backoff',
      },
    );
  }
}
