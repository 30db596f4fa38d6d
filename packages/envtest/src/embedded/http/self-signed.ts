import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';

import * as der from '@gitops-toolkit/core/der';

const { bits, boolean, integer, objectId, octets, sequence, set, tagged, time, utf8 } = der;

/** A key and a certificate for it, in PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

const HOUR = 3_600_000;
const ECDSA_SHA256 = sequence(objectId('1.2.840.10045.4.3.2'));

/**
 * Makes a key on P-256 and a certificate that it signs itself, good for a year: for a server that
 * lives as long as a test. Clients trust it by naming it as their authority.
 */
export function selfSignedCertificate(hosts: readonly string[], nowMs: number): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const name = sequence(set(sequence(objectId('2.5.4.3'), utf8('envtest'))));
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const content = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    ECDSA_SHA256,
    name,
    sequence(time(nowMs - HOUR), time(nowMs + 365 * 24 * HOUR)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, extensions(hosts)),
  );
  const signature = sign('sha256', content, { key: privateKey, dsaEncoding: 'der' });
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    cert: pem('CERTIFICATE', sequence(content, ECDSA_SHA256, bits(signature))),
  };
}

function extensions(hosts: readonly string[]): Buffer {
  return sequence(
    // Basic constraints: an authority, as it signs itself.
    extension('2.5.29.19', true, sequence(boolean(true))),
    // Key usage: digitalSignature and keyCertSign.
    extension('2.5.29.15', true, bits(Buffer.from([0x84]), 2)),
    // Extended key usage: serverAuth.
    extension('2.5.29.37', false, sequence(objectId('1.3.6.1.5.5.7.3.1'))),
    extension('2.5.29.17', false, sequence(...hosts.map(alternativeName))),
  );
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(objectId(id), ...(critical ? [boolean(true)] : []), octets(value));
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
