import { askJson } from '../ask.ts';
import { variable } from '../environment.ts';
import type { IdentityOptions } from '../identity-options.ts';
import type { AzureToken } from './azure-token.ts';
import { azureTokenIn } from './client-credentials.ts';

const METADATA_HOST = 'http://169.254.169.254';

/** A token for the identity that Azure gives the machine, from its metadata service. */
export async function managedIdentityToken(
  scope: string,
  options: IdentityOptions & {
    /** Which of several identities. */
    readonly clientId?: string;
  },
): Promise<AzureToken> {
  const base = variable(options, 'AZURE_POD_IDENTITY_AUTHORITY_HOST') ?? METADATA_HOST;
  const url = new URL('/metadata/identity/oauth2/token', base);
  url.searchParams.set('api-version', '2018-02-01');
  url.searchParams.set('resource', scope.replace(/\/\.default$/, ''));
  if (options.clientId !== undefined) url.searchParams.set('client_id', options.clientId);
  const answer = await askJson(options, { url: url.href, headers: { metadata: 'true' } });
  return azureTokenIn(answer, url.href, options);
}
