import { isRecord } from '@gitops-toolkit/core';

import { invalid, parseRecord } from '../read.ts';
import { type Envelope, parseChain } from './envelope.ts';
import { readHeaders, SCHEME } from './headers.ts';

/** An envelope in the JWS JSON serialization, flattened (RFC 7515, 7.2.2; Notation's signature-envelope-jws). */
export function parseJws(content: Buffer): Envelope {
  const {
    payload,
    protected: encoded,
    signature,
    header,
  } = parseRecord(content, 'envelope of the signature');
  if (
    typeof payload !== 'string' ||
    typeof encoded !== 'string' ||
    typeof signature !== 'string' ||
    !isRecord(header)
  ) {
    throw invalid('The envelope of the signature is no flattened JWS');
  }
  const headers = parseRecord(base64url(encoded), 'protected header of the signature');
  const { alg, cty, crit } = headers;
  if (typeof alg !== 'string' || typeof cty !== 'string' || !Array.isArray(crit))
    throw invalid('The protected header of the signature is not complete');
  const x5c = header['x5c'];
  if (!Array.isArray(x5c) || !x5c.every((one) => typeof one === 'string'))
    throw invalid('The signature has no chain of certificates');
  const time = (name: string): number | undefined =>
    Object.hasOwn(headers, name) ? rfc3339(headers[name]) : undefined;
  return {
    ...readHeaders({ scheme: headers[SCHEME], critical: crit, names: Object.keys(headers), time }, []),
    payload: base64url(payload),
    contentType: cty,
    algorithm: alg,
    signed: Buffer.from(`${encoded}.${payload}`, 'latin1'),
    signature: base64url(signature),
    chain: parseChain(x5c.map((one) => Buffer.from(one, 'base64'))),
  };
}

function base64url(text: string): Buffer {
  if (!/^[A-Za-z0-9_-]*$/.test(text))
    throw invalid('The envelope of the signature has text that is no base64url');
  return Buffer.from(text, 'base64url');
}

function rfc3339(value: unknown): number {
  const isTime =
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value);
  const time = isTime ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time)) throw invalid('A time of the signature is no time of RFC 3339');
  return time;
}
