import { ask } from '../ask.ts';
import { misconfigured } from '../errors.ts';
import type { IdentityOptions } from '../identity-options.ts';
import type { AwsCredentials } from './credentials.ts';
import { lentKeys } from './lent-keys.ts';

/** Who asks, and whom. */
export interface LdapIdentity {
  /** The Security Token Service of a MinIO: `https://minio.example.com`. */
  readonly endpoint: string;
  readonly username: string;
  readonly password: string;
}

/**
 * Keys of a storage that speaks S3 for a user of an LDAP directory: MinIO's `AssumeRoleWithLDAPIdentity`.
 *
 * @throws {@link AuthError}; the reason of the signal
 */
export async function assumeRoleWithLdapIdentity(
  { endpoint, username, password }: LdapIdentity,
  options: IdentityOptions,
): Promise<AwsCredentials> {
  if (!URL.canParse(endpoint) || !/^https?:/.test(endpoint))
    throw misconfigured('the endpoint of the token service is no URL', 'It begins with https://.');
  const text = await ask(options, {
    url: endpoint,
    headers: { accept: 'text/xml' },
    form: {
      Action: 'AssumeRoleWithLDAPIdentity',
      Version: '2011-06-15',
      LDAPUsername: username,
      LDAPPassword: password,
    },
  });
  return lentKeys(text, endpoint);
}
