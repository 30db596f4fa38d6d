import { invalid } from '../read.ts';

/** A value of CBOR that COSE uses. Maps keep their keys, which may be numbers. */
export type Cbor = number | bigint | string | boolean | null | Buffer | readonly Cbor[] | CborMap | CborTag;
export type CborMap = ReadonlyMap<number | string, Cbor>;

/** A value with a tag, such as 18 (COSE_Sign1) or 1 (a time). */
export class CborTag {
  readonly tag: number;
  readonly value: Cbor;

  constructor(tag: number, value: Cbor) {
    this.tag = tag;
    this.value = value;
  }
}

const MAX_DEPTH = 16;

/**
 * Decodes one value of CBOR (RFC 8949) that takes all of the bytes. Of definite length only, without floats, each length
 * at most what is left, no key twice: what COSE needs, and nothing that lets two readers see two things.
 */
export function decodeCbor(bytes: Buffer): Cbor {
  let at = 0;

  const take = (count: number): Buffer => {
    if (count > bytes.length - at) throw invalid('The CBOR of the signature ends too early');
    at += count;
    return bytes.subarray(at - count, at);
  };

  const argument = (info: number): bigint => {
    if (info < 24) return BigInt(info);
    if (info > 27) throw invalid('The CBOR of the signature has a value of indefinite length');
    return take(1 << (info - 24)).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  };

  const items = (count: number, depth: number): Cbor[] => {
    // Each item takes a byte at least: no list is made that the input cannot fill.
    if (count > bytes.length - at) throw invalid('The CBOR of the signature ends too early');
    return Array.from({ length: count }, () => value(depth + 1));
  };

  const value = (depth: number): Cbor => {
    if (depth > MAX_DEPTH) throw invalid('The CBOR of the signature is too deep');
    const head = take(1)[0] ?? 0;
    const major = head >> 5;
    if (major === 7) return simple(head & 31);
    const size = argument(head & 31);
    if (major === 0) return integer(size);
    if (major === 1) return integer(-1n - size);
    const count = size > BigInt(bytes.length) * 2n && major !== 6 ? bytes.length + 1 : Number(size);
    if (major === 2) return take(count);
    if (major === 3) return text(take(count));
    if (major === 4) return items(count, depth);
    if (major === 5) return mapOf(items(count * 2, depth));
    return new CborTag(count, value(depth + 1));
  };

  const result = value(0);
  if (at !== bytes.length) throw invalid('The CBOR of the signature has bytes after its end');
  return result;
}

const integer = (value: bigint): number | bigint =>
  value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER)
    ? Number(value)
    : value;

function simple(info: number): boolean | null {
  if (info === 20 || info === 21) return info === 21;
  if (info === 22) return null;
  throw invalid('The CBOR of the signature has a value that COSE does not use');
}

function text(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw invalid('The CBOR of the signature has text that is no UTF-8', error);
  }
}

function mapOf(flat: readonly Cbor[]): CborMap {
  const map = new Map<number | string, Cbor>();
  for (let i = 0; i < flat.length; i += 2) {
    const key = flat[i];
    if (typeof key !== 'number' && typeof key !== 'string')
      throw invalid('The CBOR of the signature has a key that is neither a number nor text');
    if (map.has(key)) throw invalid('The CBOR of the signature has a key twice');
    map.set(key, flat[i + 1] ?? null);
  }
  return map;
}

/** A byte string with its head, as COSE signs it. */
export function encodeBytes(content: Buffer): Buffer {
  return Buffer.concat([head(0x40, content.length), content]);
}

/** Text of at most 23 bytes. */
export const encodeShortText = (content: string): Buffer =>
  Buffer.concat([head(0x60, content.length), Buffer.from(content)]);

function head(major: number, size: number): Buffer {
  if (size < 24) return Buffer.from([major | size]);
  if (size < 0x100) return Buffer.from([major | 24, size]);
  if (size < 0x10000) return Buffer.from([major | 25, size >> 8, size & 0xff]);
  const long = Buffer.from([major | 26, 0, 0, 0, 0]);
  long.writeUInt32BE(size, 1);
  return long;
}
