import { askJson, malformed, textIn } from '../ask.ts';
import { readTokenFile, variable } from '../environment.ts';
import { misconfigured } from '../errors.ts';
import type { GitCredentials } from '../git-credentials.ts';
import { type IdentityOptions, ownerKey, type ServiceAccountIdentity } from '../identity-options.ts';
import { jwtExpiry } from '../jwt.ts';
import type { RegistryCredentials } from '../registry-credentials.ts';
import { AZURE_SCOPES, type AzureToken } from './azure-token.ts';
import { applicationToken } from './client-credentials.ts';
import { managedIdentityToken } from './managed-identity.ts';

const AUDIENCE = 'api://AzureADTokenExchange';
const TENANT_ANNOTATION = 'azure.workload.identity/tenant-id';
const CLIENT_ANNOTATION = 'azure.workload.identity/client-id';
/** The name that a registry takes for its own tokens. */
const TOKEN_USER = '00000000-0000-0000-0000-000000000000';
const REGISTRY = /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.azurecr\.(?:io|cn|de|us)$/;
const REGISTRY_SCOPE = 'https://containerregistry.azure.net/.default';

/** Where tokens are asked for. */
export interface AzureOptions extends IdentityOptions {
  /** @default AZURE_AUTHORITY_HOST, else that of the public cloud */
  readonly authorityHost?: string;
}

/**
 * A token of Azure: for the application that a service account is annotated with, or the program's own, which is the
 * workload identity of its pod, an application with a secret, or the machine's identity.
 *
 * @throws {@link AuthError}; the reason of the signal
 */
export function azureToken(scope: string, options: AzureOptions): Promise<AzureToken> {
  const { cache, serviceAccount, involved, signal } = options;
  const application = serviceAccount ? applicationOf(serviceAccount) : undefined;
  const fetch = (): Promise<AzureToken> =>
    serviceAccount && application ? federatedToken(serviceAccount, scope, options) : ownToken(scope, options);
  if (!cache) return fetch();
  const { tenantId = '', clientId = '' } = application ?? {};
  const key = ['azure', ownerKey(options), tenantId, clientId, scope].join('|');
  return cache.get(key, fetch, { involved, signal });
}

/** What a server of Azure DevOps is asked with. */
export async function azureDevOpsCredentials(options: AzureOptions): Promise<GitCredentials> {
  const { token, expiresAtMs } = await azureToken(AZURE_SCOPES.devOps, options);
  return { bearerToken: token, expiresAtMs };
}

/** Whether a registry is one of Azure's. */
export function isAzureRegistry(host: string): boolean {
  return REGISTRY.test(host);
}

/** The user name and password of a Container Registry: a token of Entra ID exchanged at the registry. */
export async function azureRegistryCredentials(
  host: string,
  options: AzureOptions & { /** For servers that stand in for it. */ readonly registryUrl?: string },
): Promise<RegistryCredentials> {
  if (!isAzureRegistry(host)) throw misconfigured(`not a registry of Azure: ${host}`);
  const { token } = await azureToken(REGISTRY_SCOPE, options);
  const url = `${options.registryUrl ?? `https://${host}`}/oauth2/exchange`;
  const answer = await askJson(options, {
    url,
    form: { grant_type: 'access_token', service: host, access_token: token },
  });
  const password = textIn(answer, 'refresh_token', url);
  const expiresAtMs = jwtExpiry(password);
  if (expiresAtMs === undefined) throw malformed(url, 'a token without an end');
  return { username: TOKEN_USER, password, expiresAtMs };
}

async function federatedToken(
  account: ServiceAccountIdentity,
  scope: string,
  options: AzureOptions,
): Promise<AzureToken> {
  const assertion = await account.token(AUDIENCE, options.signal);
  return applicationToken({ ...applicationOf(account), ...authority(options), assertion }, scope, options);
}

async function ownToken(scope: string, options: AzureOptions): Promise<AzureToken> {
  const [tenantId, clientId, file, secret] = [
    'AZURE_TENANT_ID',
    'AZURE_CLIENT_ID',
    'AZURE_FEDERATED_TOKEN_FILE',
    'AZURE_CLIENT_SECRET',
  ].map((name) => variable(options, name));
  if (tenantId !== undefined && clientId !== undefined && file !== undefined) {
    const assertion = await readTokenFile(options, file);
    return applicationToken({ tenantId, clientId, ...authority(options), assertion }, scope, options);
  }
  if (tenantId !== undefined && clientId !== undefined && secret !== undefined)
    return applicationToken({ tenantId, clientId, ...authority(options), secret }, scope, options);
  return managedIdentityToken(scope, { ...options, ...(clientId !== undefined && { clientId }) });
}

function authority(options: AzureOptions): { authorityHost?: string } {
  const authorityHost = options.authorityHost ?? variable(options, 'AZURE_AUTHORITY_HOST');
  return authorityHost === undefined ? {} : { authorityHost };
}

function applicationOf({ namespace, name, annotations }: ServiceAccountIdentity): {
  tenantId: string;
  clientId: string;
} {
  const [tenantId, clientId] = [annotations[TENANT_ANNOTATION], annotations[CLIENT_ANNOTATION]];
  if (tenantId && clientId) return { tenantId, clientId };
  throw misconfigured(
    `the service account ${namespace}/${name} lacks the annotation ${tenantId ? CLIENT_ANNOTATION : TENANT_ANNOTATION}`,
    'Annotate it with the application that trusts it.',
  );
}
