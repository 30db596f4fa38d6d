import { ask } from '../ask.ts';
import type { IdentityOptions } from '../identity-options.ts';
import type { AwsCredentials } from './credentials.ts';
import { lentKeys } from './lent-keys.ts';
import { awsDomain, checkRegion, checkStsEndpoint } from './endpoints.ts';

/** Whose role is assumed, and with what. */
export interface WebIdentity {
  readonly roleArn: string;
  readonly sessionName: string;
  /** A token of an issuer that the role trusts. */
  readonly token: string;
  readonly region: string;
  /** @default that of the region */
  readonly stsEndpoint?: string;
}

/** Lends the keys of a role to who shows a token: `AssumeRoleWithWebIdentity` of the Security Token Service. */
export async function assumeRoleWithWebIdentity(
  identity: WebIdentity,
  options: IdentityOptions,
): Promise<AwsCredentials> {
  const region = checkRegion(identity.region);
  const url = identity.stsEndpoint
    ? checkStsEndpoint(identity.stsEndpoint)
    : `https://sts.${region}.${awsDomain(region)}/`;
  const text = await ask(options, {
    url,
    headers: { accept: 'text/xml' },
    form: {
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: identity.roleArn,
      RoleSessionName: identity.sessionName,
      WebIdentityToken: identity.token,
    },
  });
  return lentKeys(text, url);
}
