import { askJson } from '../ask.ts';
import { misconfigured } from '../errors.ts';
import type { IdentityOptions } from '../identity-options.ts';
import { rsaPrivateKey, signJwt } from '../jwt.ts';
import { type GoogleToken, SCOPES } from './google-token.ts';
import { tokenIn } from './metadata.ts';

const TOKEN_URL = 'https://oauth2.googleapis.com/token';

/** A key of a service account of Google, as it is downloaded. */
export interface ServiceAccountKey {
  readonly client_email: string;
  readonly private_key: string;
  readonly private_key_id?: string;
  /** Only of Google's, unless the caller says otherwise: a key may not choose who gets its signature. */
  readonly token_uri?: string;
}

/**
 * Reads the JSON of a key.
 *
 * @throws AUTH_CONFIGURATION_INVALID, which does not repeat it
 */
export function parseServiceAccountKey(json: string): ServiceAccountKey {
  let value: Partial<ServiceAccountKey & { type: string }>;
  try {
    value = JSON.parse(json) as typeof value;
  } catch {
    throw misconfigured('the key of the service account is no JSON');
  }
  const { type, client_email: email, private_key: key } = value ?? {};
  if (type !== 'service_account' || typeof email !== 'string' || typeof key !== 'string')
    throw misconfigured(
      'the JSON is no key of a service account',
      'It has type, client_email and private_key.',
    );
  return value as ServiceAccountKey;
}

/** A token for the key of a service account (RFC 7523). */
export async function serviceAccountKeyToken(
  key: ServiceAccountKey,
  options: IdentityOptions & { readonly tokenUrl?: string },
): Promise<GoogleToken> {
  const url = options.tokenUrl ?? TOKEN_URL;
  const now = Math.floor((options.clock?.now() ?? Date.now()) / 1000);
  const claims = { iss: key.client_email, scope: SCOPES.join(' '), aud: url, iat: now, exp: now + 3600 };
  const header = key.private_key_id === undefined ? {} : { kid: key.private_key_id };
  const assertion = signJwt(claims, rsaPrivateKey(key.private_key, 'private_key'), header);
  const grantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
  return tokenIn(await askJson(options, { url, form: { grant_type: grantType, assertion } }), url, options);
}
