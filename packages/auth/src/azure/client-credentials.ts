import { createHash, X509Certificate } from 'node:crypto';
import { askJson, malformed, textIn } from '../ask.ts';
import { misconfigured } from '../errors.ts';
import type { IdentityOptions } from '../identity-options.ts';
import { rsaPrivateKey, signJwt } from '../jwt.ts';
import type { AzureToken } from './azure-token.ts';

const AUTHORITY = 'https://login.microsoftonline.com';

/** An application of Entra ID, and how it shows that it is that. */
export interface AzureApplication {
  readonly tenantId: string;
  readonly clientId: string;
  /** @default 'https://login.microsoftonline.com' */
  readonly authorityHost?: string;
  readonly secret?: string;
  /** A token of an issuer that the application trusts. */
  readonly assertion?: string;
  readonly certificate?: AzureCertificate;
}

/** A certificate with its RSA key, in PEM. */
export interface AzureCertificate {
  readonly cert: string;
  readonly key: string;
  /** Sends the certificate along, for applications that trust its issuer and subject. @default false */
  readonly sendChain?: boolean;
}

/** A token for an application: the grant of client credentials (RFC 6749, section 4.4). */
export async function applicationToken(
  application: AzureApplication,
  scope: string,
  options: IdentityOptions,
): Promise<AzureToken> {
  const { clientId, secret } = application;
  const url = tokenUrl(application);
  const assertion = application.assertion ?? certificateAssertion(application, url, options);
  const answer = await askJson(options, {
    url,
    form: {
      grant_type: 'client_credentials',
      client_id: clientId,
      scope,
      ...(assertion === undefined
        ? { client_secret: secret ?? '' }
        : {
            client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
            client_assertion: assertion,
          }),
    },
  });
  return azureTokenIn(answer, url, options);
}

/** The token in an answer of Entra ID or of a metadata service. */
export function azureTokenIn(
  answer: Record<string, unknown>,
  url: string,
  options: IdentityOptions,
): AzureToken {
  // The metadata service writes numbers as texts.
  const seconds = Number(answer['expires_in']);
  if (!(seconds > 0)) throw malformed(url, 'no expires_in');
  const now = options.clock?.now() ?? Date.now();
  return { token: textIn(answer, 'access_token', url), expiresAtMs: now + seconds * 1000 };
}

function tokenUrl({ tenantId, authorityHost = AUTHORITY }: AzureApplication): string {
  if (!/^[\w.-]{1,120}$/.test(tenantId)) throw misconfigured('not the id of a tenant of Azure');
  if (!URL.canParse(authorityHost)) throw misconfigured('authorityHost is no URL');
  return `${authorityHost.replace(/\/+$/, '')}/${tenantId}/oauth2/v2.0/token`;
}

/** What the certificate's key signs to show that the caller has it. */
function certificateAssertion(
  { clientId, certificate }: AzureApplication,
  url: string,
  options: IdentityOptions,
): string | undefined {
  if (!certificate) return undefined;
  const { cert, key, sendChain = false } = certificate;
  const chain = cert.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const raw = chain.map((pem) => new X509Certificate(pem).raw);
  const [leaf] = raw;
  if (!leaf) throw misconfigured('the client certificate has no certificate in PEM');
  const now = Math.floor((options.clock?.now() ?? Date.now()) / 1000);
  const claims = {
    aud: url,
    iss: clientId,
    sub: clientId,
    jti: crypto.randomUUID(),
    nbf: now,
    exp: now + 600,
  };
  const header = {
    'x5t#S256': createHash('sha256').update(leaf).digest('base64url'),
    x5t: createHash('sha1').update(leaf).digest('base64url'),
    ...(sendChain && { x5c: raw.map((der) => der.toString('base64')) }),
  };
  return signJwt(claims, rsaPrivateKey(key, 'the key of the client certificate'), header);
}
