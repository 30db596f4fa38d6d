import { createPublicKey, type KeyObject, verify } from 'node:crypto';

import { badPolicy, invalid } from '../read.ts';
import type { Authority } from './candidate.ts';

/** Keys, any one of which suffices. Log entries are not looked at: a key that is trusted needs no witness (Flux: IgnoreTlog). */
export function keyedAuthority(keys: readonly (string | Uint8Array)[]): Authority {
  const parsed = keys.map(parseKey);
  return async ({ message, signature }) => {
    if (!parsed.some((key) => fits(key, message, signature))) {
      throw invalid('The signature was made by none of the keys, or over something else');
    }
    return undefined;
  };
}

function parseKey(pem: string | Uint8Array): KeyObject {
  let key: KeyObject;
  try {
    const text = typeof pem === 'string' ? pem : Buffer.from(pem).toString('utf8');
    if (!/-----BEGIN (RSA )?PUBLIC KEY-----/.test(text)) throw new Error('no PEM block of a public key');
    key = createPublicKey(text);
  } catch (error) {
    throw badPolicy('A key is no public key in PEM', error);
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  const isUsable =
    type === 'ed25519' ||
    (type === 'rsa' && (details?.modulusLength ?? 0) >= 2048) ||
    (type === 'ec' && details?.namedCurve !== undefined && details.namedCurve in CURVE_HASHES);
  if (!isUsable)
    throw badPolicy('A key is neither ECDSA P-256, P-384 or P-521, nor RSA from 2048 bits, nor Ed25519');
  return key;
}

const CURVE_HASHES: Readonly<Record<string, string>> = {
  prime256v1: 'sha256',
  secp384r1: 'sha384',
  secp521r1: 'sha512',
};

/** Cosign hashes with SHA-256 for every key, and from version 3 on with the hash of the curve. RSA is PKCS #1 v1.5. */
function fits(key: KeyObject, message: Buffer, signature: Buffer): boolean {
  if (key.asymmetricKeyType === 'ed25519') return verify(null, message, key, signature);
  const curveHash = CURVE_HASHES[key.asymmetricKeyDetails?.namedCurve ?? ''];
  const hashes = new Set(['sha256', ...(curveHash ? [curveHash] : [])]);
  return [...hashes].some((hash) => verify(hash, message, key, signature));
}
