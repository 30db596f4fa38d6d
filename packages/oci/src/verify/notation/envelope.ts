import { constants, type KeyObject, verify, X509Certificate } from 'node:crypto';

import { invalid } from '../read.ts';

/** What an envelope of either kind says, its signature not yet verified. */
export interface Envelope {
  readonly payload: Buffer;
  readonly contentType: string;
  /** `PS256` … `ES512` */
  readonly algorithm: string;
  /** The bytes that the signature is over. */
  readonly signed: Buffer;
  readonly signature: Buffer;
  /** From the signer to the root. */
  readonly chain: readonly X509Certificate[];
  readonly scheme: 'notary.x509' | 'notary.x509.signingAuthority';
  /** Milliseconds since the epoch: by the signer's own clock, or an authority's. */
  readonly signingTime: number;
  readonly expiry?: number;
}

interface Algorithm {
  readonly hash: string;
  readonly type: 'rsa' | 'ec';
  /** The only size of key that the specification allows with it: bits of the modulus, or the curve. */
  readonly key: number | string;
}

/** Notation's signature-specification, "algorithm selection". */
const ALGORITHMS: Readonly<Record<string, Algorithm>> = {
  PS256: { hash: 'sha256', type: 'rsa', key: 2048 },
  PS384: { hash: 'sha384', type: 'rsa', key: 3072 },
  PS512: { hash: 'sha512', type: 'rsa', key: 4096 },
  ES256: { hash: 'sha256', type: 'ec', key: 'prime256v1' },
  ES384: { hash: 'sha384', type: 'ec', key: 'secp384r1' },
  ES512: { hash: 'sha512', type: 'ec', key: 'secp521r1' },
};

/** Throws unless the key of the first certificate made the signature. */
export function checkIntegrity({ algorithm: name, signed, signature, chain, contentType }: Envelope): void {
  if (contentType !== 'application/vnd.cncf.notary.payload.v1+json')
    throw invalid(`The payload of the signature is ${contentType}`);
  const key = chain[0]?.publicKey;
  const algorithm = Object.hasOwn(ALGORITHMS, name) ? ALGORITHMS[name] : undefined;
  if (!algorithm || !key || !isFor(algorithm, key))
    throw invalid(`The signature has the algorithm ${name}, which its key is not for`);
  const { hash, type } = algorithm;
  const isRight =
    type === 'rsa'
      ? verify(
          hash,
          signed,
          { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
          signature,
        )
      : verify(hash, signed, { key, dsaEncoding: 'ieee-p1363' }, signature);
  if (!isRight) throw invalid('The signature does not fit what it is over');
}

function isFor({ type, key: wanted }: Algorithm, key: KeyObject): boolean {
  const details = key.asymmetricKeyDetails;
  return (
    key.asymmetricKeyType === type &&
    (type === 'rsa' ? details?.modulusLength : details?.namedCurve) === wanted
  );
}

/** A chain as envelopes carry it. */
export function parseChain(certificates: readonly Uint8Array[]): readonly X509Certificate[] {
  if (certificates.length === 0 || certificates.length > 10)
    throw invalid('The signature has no chain of certificates, or too long a one');
  try {
    return certificates.map((der) => new X509Certificate(der));
  } catch (error) {
    throw invalid('A certificate of the signature cannot be read', error);
  }
}
