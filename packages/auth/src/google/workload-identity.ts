import { askJson, malformed, textIn } from '../ask.ts';
import { misconfigured } from '../errors.ts';
import type { IdentityOptions, ServiceAccountIdentity } from '../identity-options.ts';
import { type GoogleToken, SCOPES } from './google-token.ts';
import { clusterAudience, tokenIn } from './metadata.ts';

const EMAIL_ANNOTATION = 'iam.gke.io/gcp-service-account';
const PROVIDER_ANNOTATION = 'gcp.auth.fluxcd.io/workload-identity-provider';
const EMAIL = /^[a-zA-Z0-9-]{1,100}@[a-zA-Z0-9-]{1,100}\.iam\.gserviceaccount\.com$/;
const PROVIDER =
  /^projects\/\d{1,30}\/locations\/global\/workloadIdentityPools\/[^/]{1,100}\/providers\/[^/]{1,100}$/;

/** Google's services; others stand in for them in tests. */
export interface GoogleEndpoints {
  /** @default 'https://sts.googleapis.com' */
  readonly sts?: string;
  /** @default 'https://iamcredentials.googleapis.com' */
  readonly iamCredentials?: string;
}

/** What a service account of Kubernetes says of its identity at Google. */
export interface FederatedIdentity {
  /** The service account of Google that it acts as; absent where it has rights of its own. */
  readonly email?: string;
  /** The provider of a pool outside GKE. */
  readonly provider?: string;
}

/** Reads the annotations of a service account. */
export function federatedIdentity({ annotations }: ServiceAccountIdentity): FederatedIdentity {
  const email = checked(annotations[EMAIL_ANNOTATION], EMAIL, EMAIL_ANNOTATION);
  const provider = checked(annotations[PROVIDER_ANNOTATION], PROVIDER, PROVIDER_ANNOTATION);
  return { ...(email !== undefined && { email }), ...(provider !== undefined && { provider }) };
}

/** Exchanges a token of the cluster for one of Google's (RFC 8693), and that for one of the account it acts as. */
export async function workloadIdentityToken(
  account: ServiceAccountIdentity,
  options: IdentityOptions & { readonly endpoints?: GoogleEndpoints },
): Promise<GoogleToken> {
  const { email, provider } = federatedIdentity(account);
  const outside = provider === undefined ? undefined : `//iam.googleapis.com/${provider}`;
  const { pool, audience } =
    outside === undefined ? await clusterAudience(options) : { pool: outside, audience: outside };
  const subjectToken = await account.token(pool, options.signal);
  const url = `${options.endpoints?.sts ?? 'https://sts.googleapis.com'}/v1/token`;
  const answer = await askJson(options, {
    url,
    form: {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      subject_token: subjectToken,
      audience,
      scope: SCOPES.join(' '),
    },
  });
  const federated = tokenIn(answer, url, options);
  return email === undefined ? federated : impersonated(email, federated, options);
}

async function impersonated(
  email: string,
  { token }: GoogleToken,
  options: IdentityOptions & { readonly endpoints?: GoogleEndpoints },
): Promise<GoogleToken> {
  const base = options.endpoints?.iamCredentials ?? 'https://iamcredentials.googleapis.com';
  const url = `${base}/v1/projects/-/serviceAccounts/${email}:generateAccessToken`;
  const answer = await askJson(options, {
    url,
    json: { scope: SCOPES },
    secretHeaders: { authorization: `Bearer ${token}` },
  });
  const expiresAtMs = Date.parse(textIn(answer, 'expireTime', url));
  if (Number.isNaN(expiresAtMs)) throw malformed(url, 'a time that cannot be read');
  return { token: textIn(answer, 'accessToken', url), expiresAtMs };
}

function checked(value: string | undefined, pattern: RegExp, annotation: string): string | undefined {
  if (value === undefined || value === '' || pattern.test(value)) return value === '' ? undefined : value;
  throw misconfigured(
    `the annotation ${annotation} is not of the form that Google has: ${JSON.stringify(value)}`,
  );
}
