/**
 * X.509 certificates for servers of our own: an authority, and what it signs.
 *
 * @module
 */
import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';

import { bits, boolean, integer, objectId, octets, sequence, set, tagged, time, utf8 } from './der.ts';

/** A certificate and its key, in PEM. */
export interface CertificatePair {
  readonly cert: string;
  readonly key: string;
}

/** What a certificate is to say. */
export interface CertificateOptions {
  /** The common name of its subject. Authorities that are trusted side by side have different ones. */
  readonly name: string;
  /** DNS names and IP addresses of the server. @default none */
  readonly hosts?: readonly string[];
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  /** Milliseconds since the epoch. */
  readonly notAfter: number;
  /** Whether it may sign others. @default false */
  readonly isAuthority?: boolean;
  /** Who signs it: the authority's common name and key. @default itself */
  readonly issuer?: { readonly name: string; readonly key: string };
}

const ECDSA_SHA256 = sequence(objectId('1.2.840.10045.4.3.2'));

/** Makes a key on P-256, and a certificate for it by RFC 5280. */
export function issueCertificate(options: CertificateOptions): CertificatePair {
  const { name, notBefore, notAfter, issuer } = options;
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const content = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    ECDSA_SHA256,
    nameOf(issuer?.name ?? name),
    sequence(time(notBefore), time(notAfter)),
    nameOf(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, extensions(options)),
  );
  const signer = issuer ? createPrivateKey(issuer.key) : privateKey;
  const signature = sign('sha256', content, { key: signer, dsaEncoding: 'der' });
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    cert: pem('CERTIFICATE', sequence(content, ECDSA_SHA256, bits(signature))),
  };
}

const nameOf = (commonName: string): Buffer => sequence(set(sequence(objectId('2.5.4.3'), utf8(commonName))));

function extensions({ hosts = [], isAuthority = false }: CertificateOptions): Buffer {
  return sequence(
    // Basic constraints.
    extension('2.5.29.19', true, isAuthority ? sequence(boolean(true)) : sequence()),
    // Key usage: digitalSignature, and keyCertSign for authorities.
    extension('2.5.29.15', true, isAuthority ? bits(Buffer.from([0x84]), 2) : bits(Buffer.from([0x80]), 7)),
    // Extended key usage: serverAuth.
    extension('2.5.29.37', false, sequence(objectId('1.3.6.1.5.5.7.3.1'))),
    ...(hosts.length > 0 ? [extension('2.5.29.17', false, sequence(...hosts.map(alternativeName)))] : []),
  );
}

function extension(id: string, isCritical: boolean, value: Buffer): Buffer {
  return sequence(objectId(id), ...(isCritical ? [boolean(true)] : []), octets(value));
}

function alternativeName(host: string): Buffer {
  return isIP(host) === 0 ? tagged(0x82, Buffer.from(host)) : tagged(0x87, addressBytes(host));
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const middle = Array.from({ length: 8 - left.length - right.length }, () => '0');
  const bytes = Buffer.alloc(16);
  [...left, ...middle, ...right].forEach((group, i) =>
    bytes.writeUInt16BE(Number.parseInt(group, 16), i * 2),
  );
  return bytes;
}

function pem(label: string, content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
