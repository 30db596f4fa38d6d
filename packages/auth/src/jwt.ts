import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { misconfigured } from './errors.ts';

/** Signs claims with RS256 (RFC 7515, RFC 7518). */
export function signJwt(
  claims: Readonly<Record<string, unknown>>,
  key: KeyObject,
  header: Readonly<Record<string, unknown>> = {},
): string {
  const text = `${encode({ alg: 'RS256', typ: 'JWT', ...header })}.${encode(claims)}`;
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
}

/** When a JWT ends, in milliseconds since 1970, as it says itself: its signature is not looked at. */
export function jwtExpiry(token: string): number | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    const { exp } = claims as { exp?: unknown };
    return typeof exp === 'number' ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}

/** @param what named in the error: the key itself must not be */
export function rsaPrivateKey(pem: string, what: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw misconfigured(`${what} is no private key in PEM`, 'Paste the key as it was downloaded.');
  }
  if (key.asymmetricKeyType !== 'rsa') throw misconfigured(`${what} is no RSA key`);
  return key;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
