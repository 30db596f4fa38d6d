import * as der from '@gitops-toolkit/core/der';
import { nodeCrypto } from '../platform/node-crypto.ts';
import { encodePem } from './pem.ts';

/** A DSA key in the form of OpenSSL: version, p, q, g, the public and the private number. */
export function generateDsaKey(): string {
  const { privateKey } = nodeCrypto().generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 });
  const [p, q, g, x] = integersOf(privateKey.export({ type: 'pkcs8', format: 'der' })).slice(1) as [
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  const numbers = [0n, p, q, g, power(g, x, p), x].map((number) => der.integer(bytesOf(number)));
  return encodePem('DSA PRIVATE KEY', der.sequence(...numbers));
}

/** The integers of a DER value, however deep they are. */
function integersOf(content: Buffer): bigint[] {
  const numbers: bigint[] = [];
  for (let at = 0; at < content.length;) {
    const tag = content[at] ?? 0;
    const first = content[at + 1] ?? 0;
    const header = first < 0x80 ? 2 : 2 + (first & 0x7f);
    const length = header === 2 ? first : content.readUIntBE(at + 2, header - 2);
    const value = content.subarray(at + header, at + header + length);
    if (tag === 0x02) numbers.push(BigInt(`0x${value.toString('hex')}`));
    else if (tag === 0x30 || tag === 0x04) numbers.push(...integersOf(value));
    at += header + length;
  }
  return numbers;
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

function bytesOf(number: bigint): Buffer {
  const hex = number.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
}
