import { invalid } from '../read.ts';
import type { Envelope } from './envelope.ts';

export const SCHEME = 'io.cncf.notary.signingScheme';
export const SIGNING_TIME = 'io.cncf.notary.signingTime';
export const AUTHENTIC_TIME = 'io.cncf.notary.authenticSigningTime';
export const EXPIRY = 'io.cncf.notary.expiry';

/** The protected headers that both kinds of envelope have, by name; times in milliseconds. */
export interface ProtectedHeaders {
  readonly scheme: unknown;
  readonly critical: readonly unknown[];
  readonly names: readonly string[];
  /** Of a header that is there; throws where it is no time. */
  time(name: string): number | undefined;
}

/**
 * Checks them as Notation's signature-specification asks: the scheme is known and critical, the times are those of the
 * scheme, what restricts the signature is critical, and nothing critical is unknown.
 *
 * @param standard names that the envelope's own format has and that may be critical.
 */
export function readHeaders(
  headers: ProtectedHeaders,
  standard: readonly string[],
): Pick<Envelope, 'scheme' | 'signingTime' | 'expiry'> {
  const { scheme, critical, names } = headers;
  if (scheme !== 'notary.x509' && scheme !== 'notary.x509.signingAuthority')
    throw invalid('The signature has a signing scheme that is not known');
  const isAuthority = scheme === 'notary.x509.signingAuthority';
  const time = headers.time(isAuthority ? AUTHENTIC_TIME : SIGNING_TIME);
  if (time === undefined || names.includes(isAuthority ? SIGNING_TIME : AUTHENTIC_TIME))
    throw invalid(`The signature has not the signing time of ${scheme}`);
  const expiry = headers.time(EXPIRY);
  const mustBeCritical = [
    SCHEME,
    ...(isAuthority ? [AUTHENTIC_TIME] : []),
    ...(expiry === undefined ? [] : [EXPIRY]),
  ];
  for (const name of mustBeCritical) {
    if (!critical.includes(name)) throw invalid(`The header ${name} of the signature is not critical`);
  }
  const known = new Set<unknown>([...mustBeCritical, ...standard]);
  const unknown = critical.find((name) => !known.has(name));
  if (unknown !== undefined) throw invalid(`The signature has a critical header that is not known`);
  if (new Set(critical).size !== critical.length)
    throw invalid('A header of the signature is critical twice');
  const absent = critical.find((name) => typeof name === 'string' && !names.includes(name));
  if (absent !== undefined) throw invalid('A critical header of the signature is not there');
  return { scheme, signingTime: time, ...(expiry !== undefined && { expiry }) };
}
