import { createHash, createHmac } from 'node:crypto';
import type { AwsCredentials } from './credentials.ts';

/** A request to be signed. */
export interface SignableRequest {
  readonly method: string;
  readonly url: URL;
  /** With `host`; names in lower case. All are signed. */
  readonly headers: Readonly<Record<string, string>>;
  /** SHA-256 of the body in hex; empty where the service wants none, as CodeCommit does. */
  readonly bodyHash: string;
}

/** For what the signature is. */
export interface SignatureScope {
  readonly service: string;
  readonly region: string;
  /** `20150830T123600Z`, or without the `Z` where the service wants it so. */
  readonly timestamp: string;
}

type Keys = Pick<AwsCredentials, 'accessKeyId' | 'secretAccessKey'>;

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** The signature of a request, in hex: AWS Signature Version 4. */
export function signature(request: SignableRequest, keys: Keys, scope: SignatureScope): string {
  const { service, region, timestamp } = scope;
  const credentialScope = scopeText(scope);
  const text = [ALGORITHM, timestamp, credentialScope, sha256(canonicalRequest(request))].join('\n');
  const parts = [timestamp.slice(0, 8), region, service, 'aws4_request'];
  const key = parts.reduce<string | Buffer>(
    (secret, part) => hmac(secret, part),
    `AWS4${keys.secretAccessKey}`,
  );
  return createHmac('sha256', key).update(text).digest('hex');
}

/** The headers of a signed request: those given, `x-amz-date`, the session's token, and `authorization`. */
export function signedHeaders(
  request: Omit<SignableRequest, 'headers' | 'bodyHash'> & {
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  },
  credentials: AwsCredentials,
  scope: Omit<SignatureScope, 'timestamp'> & { readonly now: number },
): Record<string, string> {
  const timestamp = awsTimestamp(scope.now);
  const { accessKeyId, sessionToken } = credentials;
  const headers: Record<string, string> = {
    ...request.headers,
    host: request.url.host,
    'x-amz-date': timestamp,
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
  };
  const { method, url } = request;
  const full = { ...scope, timestamp };
  const signed = signature({ method, url, headers, bodyHash: sha256(request.body) }, credentials, full);
  const names = Object.keys(headers).toSorted().join(';');
  const { host: _host, ...sent } = headers;
  return {
    ...sent,
    authorization: `${ALGORITHM} Credential=${accessKeyId}/${scopeText(full)}, SignedHeaders=${names}, Signature=${signed}`,
  };
}

/** `20150830T123600Z` */
export function awsTimestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

/** SHA-256 in hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function scopeText({ service, region, timestamp }: SignatureScope): string {
  return `${timestamp.slice(0, 8)}/${region}/${service}/aws4_request`;
}

function canonicalRequest({ method, url, headers, bodyHash }: SignableRequest): string {
  const names = Object.keys(headers).toSorted();
  const lines = names.map((name) => `${name}:${(headers[name] ?? '').trim().replaceAll(/\s+/g, ' ')}\n`);
  const query = [...url.searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .toSorted()
    .join('&');
  return [method, url.pathname, query, lines.join(''), names.join(';'), bodyHash].join('\n');
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
