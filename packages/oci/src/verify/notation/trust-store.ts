import { X509Certificate } from 'node:crypto';

import { OciError } from '../../errors.ts';
import { badPolicy } from '../read.ts';
import type { Envelope } from './envelope.ts';

/** Throws unless a certificate of the chain is in one of the stores that the policy names for this signing scheme. */
export function checkTrust(
  stores: readonly string[],
  certificates: Readonly<Record<string, readonly (string | Uint8Array)[]>>,
  { chain, scheme }: Envelope,
): void {
  const type = scheme === 'notary.x509' ? 'ca:' : 'signingAuthority:';
  const trusted = stores
    .filter((store) => store.startsWith(type))
    .flatMap((store) => readStore(certificates, store));
  if (chain.some((certificate) => trusted.some((one) => one.raw.equals(certificate.raw)))) return;
  throw new OciError(
    'OCI_SIGNATURE_IDENTITY',
    `No certificate of the signature is in a trust store of type ${type.slice(0, -1)}`,
  );
}

function readStore(
  certificates: Readonly<Record<string, readonly (string | Uint8Array)[]>>,
  store: string,
): readonly X509Certificate[] {
  const given = Object.hasOwn(certificates, store) ? certificates[store] : certificates['*'];
  if (!given || given.length === 0) throw badPolicy(`The trust store ${store} has no certificates`);
  try {
    return given.flatMap(parseCertificates);
  } catch (error) {
    throw badPolicy(`The trust store ${store} has something that is no certificate`, error);
  }
}

function parseCertificates(given: string | Uint8Array): readonly X509Certificate[] {
  const bytes = Buffer.from(given as string);
  const blocks = bytes.toString('latin1').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  return (blocks ?? [bytes]).map((one) => new X509Certificate(one));
}
