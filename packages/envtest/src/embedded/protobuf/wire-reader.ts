import { NumberLiteral } from '@gitops-toolkit/core';

/** The text is not what its encoding promises. */
export class WireError extends Error {}

/** One field as it is on the wire: a number for varints and fixed-size numbers, bytes for the rest. */
export interface WireField {
  readonly number: number;
  readonly value: bigint | Buffer;
}

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

/** The fields of a message in the order in which they were written. */
export function readFields(bytes: Buffer): WireField[] {
  const fields: WireField[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new WireError('unexpected EOF');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new WireError('proto: integer overflow');
  };
  const take = (length: number): Buffer => {
    if (length > bytes.length - at) throw new WireError('unexpected EOF');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Number(tag >> 3n);
    switch (Number(tag & 7n)) {
      case VARINT:
        fields.push({ number, value: varint() });
        break;
      case FIXED64:
        fields.push({ number, value: take(8) });
        break;
      case LENGTH:
        fields.push({ number, value: take(Number(varint())) });
        break;
      case FIXED32:
        fields.push({ number, value: take(4) });
        break;
      default:
        throw new WireError(`proto: illegal wireType ${String(tag & 7n)}`);
    }
  }
  return fields;
}

export function asBytes(value: bigint | Buffer): Buffer {
  if (typeof value === 'bigint') throw new WireError('proto: wrong wireType');
  return value;
}

/** A signed integer; one that a double cannot hold keeps its digits. */
export function asInteger(value: bigint | Buffer): number | NumberLiteral {
  if (typeof value !== 'bigint') throw new WireError('proto: wrong wireType');
  const signed = BigInt.asIntN(64, value);
  const number = Number(signed);
  return Number.isSafeInteger(number) ? number : new NumberLiteral(String(signed));
}
