import type { KeyObject } from 'node:crypto';
import * as der from '@gitops-toolkit/core/der';
import { FunctionError } from '../errors.ts';
import { nodeCrypto } from '../platform/node-crypto.ts';
import type { CertificateMaker, CertificatePair, CertificateRequest } from './authority.ts';
import { generateDsaKey } from './dsa-key.ts';
import { decodePem, encodePem } from './pem.ts';

const { bits, boolean, integer, objectId, octets, sequence, set, tagged, time, utf8 } = der;

/** Keys and certificates by `node:crypto`, of the kinds that sprig makes. */
export function platformCertificates(): CertificateMaker {
  return { generateKey, checkKey, checkCertificate, sign: signCertificate };
}

function generateKey(type: Parameters<CertificateMaker['generateKey']>[0]): string {
  switch (type) {
    case 'rsa':
    case 'rsa-2048': {
      const modulusLength = type === 'rsa' ? 4096 : 2048;
      return exportKey(nodeCrypto().generateKeyPairSync('rsa', { modulusLength }).privateKey);
    }
    case 'ecdsa':
      return exportKey(nodeCrypto().generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey);
    case 'ed25519':
      return exportKey(nodeCrypto().generateKeyPairSync('ed25519').privateKey);
    case 'dsa':
      return generateDsaKey();
  }
}

function exportKey(key: KeyObject): string {
  const type = key.asymmetricKeyType === 'rsa' ? 'pkcs1' : key.asymmetricKeyType === 'ec' ? 'sec1' : 'pkcs8';
  return key.export({ type, format: 'pem' }) as string;
}

function checkKey(pem: string): string | undefined {
  const block = decodePem(pem);
  if (!block) return 'no PEM data in input';
  if (block.label !== 'PRIVATE KEY' && !block.label.endsWith(' PRIVATE KEY')) {
    return `no private key data in PEM block of type ${block.label}`;
  }
  const kind = block.label.replace(/ ?PRIVATE KEY$/, '');
  if (!['', 'RSA', 'EC', 'DSA'].includes(kind)) return `invalid private key type ${kind}`;
  try {
    if (kind !== 'DSA') nodeCrypto().createPrivateKey(pem);
    return undefined;
  } catch (error) {
    const what = kind === '' ? 'decoding PEM as PKCS#8' : `parsing ${kind} private key from PEM`;
    return `${what}: ${(error as Error).message}`;
  }
}

function checkCertificate(pem: string): string | undefined {
  const block = decodePem(pem);
  if (!block) return 'unable to decode certificate';
  try {
    const { X509Certificate } = nodeCrypto();
    new X509Certificate(block.content);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function signCertificate(request: CertificateRequest, key: string, authority?: CertificatePair): string {
  const { createPrivateKey, createPublicKey, sign } = nodeCrypto();
  const [own, signer] = [createPrivateKey(key), createPrivateKey(authority?.key ?? key)];
  const algorithm = signatureAlgorithm(signer);
  const serial = Buffer.from(request.serial);
  serial[0] = (serial[0] ?? 0) & 0x7f || 1;
  const publicKey = createPublicKey(own).export({ type: 'spki', format: 'der' });
  const content = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    algorithm.id,
    authority ? subjectOf(authority.certificate) : nameOf(request.commonName),
    sequence(time(request.notBefore), time(request.notAfter)),
    nameOf(request.commonName),
    publicKey,
    tagged(0xa3, extensions(request)),
  );
  const signature = sign(algorithm.hash, content, signer);
  return encodePem('CERTIFICATE', sequence(content, algorithm.id, bits(signature)));
}

function signatureAlgorithm(key: KeyObject): { id: Buffer; hash: string | null } {
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return { id: sequence(objectId('1.2.840.113549.1.1.11'), tagged(0x05)), hash: 'sha256' };
    case 'ec':
      return { id: sequence(objectId('1.2.840.10045.4.3.2')), hash: 'sha256' };
    case 'ed25519':
      return { id: sequence(objectId('1.3.101.112')), hash: null };
    default:
      throw new FunctionError('error creating certificate: x509: only RSA, ECDSA and Ed25519 keys supported');
  }
}

const nameOf = (commonName: string): Buffer => sequence(set(sequence(objectId('2.5.4.3'), utf8(commonName))));

/** The name of an authority as its certificate has it: the fifth part behind the version. */
function subjectOf(certificate: string): Buffer {
  const { content = Buffer.alloc(0) } = decodePem(certificate) ?? {};
  const outer = partsOf(content)[0] ?? content;
  const inner = partsOf(partsOf(outer.subarray(headerLength(outer)))[0] ?? outer)[0] ?? outer;
  const parts = partsOf(inner.subarray(headerLength(inner)));
  return parts[parts[0]?.[0] === 0xa0 ? 5 : 4] ?? Buffer.alloc(0);
}

function headerLength(value: Buffer): number {
  const first = value[1] ?? 0;
  return first < 0x80 ? 2 : 2 + (first & 0x7f);
}

/** The values that stand behind each other. */
function partsOf(content: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < content.length;) {
    const header = headerLength(content.subarray(at));
    const length = header === 2 ? (content[at + 1] ?? 0) : content.readUIntBE(at + 2, header - 2);
    parts.push(content.subarray(at, at + header + length));
    at += header + length;
  }
  return parts;
}

function extensions({ isAuthority, addresses, dnsNames }: CertificateRequest): Buffer {
  const alternatives = [
    ...dnsNames.map((name) => tagged(0x82, Buffer.from(name))),
    ...addresses.map((address) => tagged(0x87, addressBytes(address))),
  ];
  return sequence(
    // Key usage: digitalSignature, keyEncipherment, and keyCertSign for authorities.
    extension('2.5.29.15', true, isAuthority ? bits(Buffer.from([0xa4]), 2) : bits(Buffer.from([0xa0]), 5)),
    // Extended key usage: serverAuth, clientAuth.
    extension('2.5.29.37', false, sequence(objectId('1.3.6.1.5.5.7.3.1'), objectId('1.3.6.1.5.5.7.3.2'))),
    extension('2.5.29.19', true, isAuthority ? sequence(boolean(true)) : sequence()),
    ...(alternatives.length > 0 ? [extension('2.5.29.17', false, sequence(...alternatives))] : []),
  );
}

function extension(id: string, isCritical: boolean, value: Buffer): Buffer {
  return sequence(objectId(id), ...(isCritical ? [boolean(true)] : []), octets(value));
}

function addressBytes(address: string): Buffer {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail] = address.split('::');
  const groupsOf = (part: string | undefined): string[] =>
    part === undefined || part === '' ? [] : part.split(':');
  const [left, right] = [groupsOf(head), groupsOf(tail)];
  const groups = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => '0'), ...right];
  const bytes = Buffer.alloc(16);
  for (const [i, group] of groups.entries()) bytes.writeUInt16BE(Number.parseInt(group, 16), 2 * i);
  return bytes;
}
